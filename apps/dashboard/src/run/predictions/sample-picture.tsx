import { useLayoutEffect, useMemo, useRef } from "react";
import { bytesOf, heatColours, imageColours } from "./pixels.js";

export interface SamplePictureProps {
  /** What is to be seen, for readers of the screen. */
  label: string;
  shape: readonly number[];
  /** Base64, as the server sends them; the second is laid over the first. */
  pixels: string;
  activation?: string | undefined;
  /** How strongly the second is shown, 0 to 100. */
  heat: number;
}

/** A sample's image, its pixels as they are, with what speaks for a class laid over it. */
export function SamplePicture({ label, shape, pixels, activation, heat }: SamplePictureProps) {
  const [height = 1, width = 1, channels = 1] = shape;
  const image = useMemo(() => imageColours(bytesOf(pixels), channels), [pixels, channels]);
  const areas = useMemo(() => activation && heatColours(bytesOf(activation)), [activation]);
  return (
    <div
      role="img"
      aria-label={label}
      className="relative w-full overflow-hidden rounded bg-black"
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      <Layer width={width} height={height} colours={image} className="[image-rendering:pixelated]" />
      {areas && heat > 0 && <Layer width={width} height={height} colours={areas} opacity={heat / 100} />}
    </div>
  );
}

interface LayerProps {
  width: number;
  height: number;
  colours: Uint8ClampedArray<ArrayBuffer>;
  opacity?: number;
  className?: string;
}

function Layer({ width, height, colours, opacity = 1, className = "" }: LayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (colours.length !== width * height * 4) return;
    canvas.current?.getContext("2d")?.putImageData(new ImageData(colours, width, height), 0, 0);
  }, [colours, width, height]);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      style={{ opacity }}
      className={`absolute inset-0 size-full ${className}`}
    />
  );
}
