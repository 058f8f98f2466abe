import type { LineStyle } from "./line-style.js";

/** How a run's line looks in the charts. */
export function RunSwatch({ style: { colour, dashed } }: { style: LineStyle }) {
  return (
    <svg viewBox="0 0 20 8" className="h-2 w-5 shrink-0" aria-hidden="true">
      <path
        d="M1 4h18"
        stroke={`var(--${colour})`}
        strokeWidth="3"
        strokeLinecap={dashed ? "butt" : "round"}
        strokeDasharray={dashed ? "5 3" : undefined}
      />
    </svg>
  );
}
