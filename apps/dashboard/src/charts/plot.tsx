import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { type CanvasHandlers, type CanvasState, type ChartCanvas, openChartCanvas } from "./chart-canvas.js";

export interface PlotProps extends CanvasHandlers {
  state: CanvasState;
  /** Says what is drawn to those who do not see it. */
  summary: string;
  /** Called when a key has moved the cursor, for readers of the screen. */
  onStep: () => void;
}

const STEPS: Record<string, number | "first" | "last"> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: "first",
  End: "last",
};
const ZOOMS: Record<string, number> = { "+": 0.5, "=": 0.5, "-": 2 };

/** The drawn part of a chart, with its keys. */
export function Plot({ state, summary, onStep, ...handlers }: PlotProps) {
  const element = useRef<HTMLElement>(null);
  const canvas = useRef<ChartCanvas>(undefined);
  const newest = useRef(handlers);
  const helpId = useId();
  useEffect(() => {
    newest.current = handlers;
  });
  useEffect(() => {
    if (!element.current) return;
    const opened = openChartCanvas(element.current, {
      onReadout: (readout) => newest.current.onReadout(readout),
      onZoom: (range) => newest.current.onZoom(range),
      onChoose: (x) => newest.current.onChoose(x),
      onDrawn: (drawn) => newest.current.onDrawn(drawn),
    });
    canvas.current = opened;
    return () => opened.close();
  }, []);
  // After the effect above, so that a new canvas has something to draw.
  useEffect(() => canvas.current?.show(state), [state]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [step, zoom] = [STEPS[event.key], ZOOMS[event.key]];
    if (step !== undefined) {
      canvas.current?.moveCursor(event.shiftKey && typeof step === "number" ? step * 10 : step);
      onStep();
    } else if (event.key === "Enter") canvas.current?.choose();
    else if (zoom !== undefined) canvas.current?.zoom(zoom);
    else if (event.key === "Escape" && state.range) handlers.onZoom(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <figure
        ref={element}
        role="img"
        aria-label={summary}
        aria-describedby={helpId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its values are read by the arrow keys
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => canvas.current?.leave()}
        className="min-w-0 overflow-hidden"
        style={{ minHeight: state.height }}
      />
      <p id={helpId} hidden>
        Arrow keys go from value to value, plus and minus zoom, Escape shows the whole range.
      </p>
    </>
  );
}
