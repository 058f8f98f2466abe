export interface SparkBox {
  width: number;
  height: number;
  /** Room at each edge, so that the stroke is not cut. */
  padding: number;
}

/** A line's path in a small box, its smallest value at the bottom; and where it ends. */
export function sparkPath(
  points: readonly { x: number; value: number }[],
  { width, height, padding }: SparkBox,
): { path: string; end: { x: number; y: number } } {
  const xs = points.map(({ x }) => x);
  const values = points.map(({ value }) => value);
  const place = (value: number, list: readonly number[], size: number) => {
    const [low, high] = [Math.min(...list), Math.max(...list)];
    const share = high === low ? 0.5 : (value - low) / (high - low);
    return round(padding + share * (size - 2 * padding));
  };
  const places = points.map(({ x, value }) => ({
    x: points.length === 1 ? width - padding : place(x, xs, width),
    y: round(height - place(value, values, height)),
  }));
  const path = places.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
  return { path, end: places.at(-1) ?? { x: 0, y: 0 } };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
