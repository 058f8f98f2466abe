import type { RocPoint } from "@fedloom/fl-strategy";

type Corner = Pick<RocPoint, "falsePositiveRate" | "truePositiveRate">;

/** A curve by its corners alone, without the points on a line between two others; at most `most` of them, evenly chosen. */
export function thinRoc(curve: readonly RocPoint[], most: number): Corner[] {
  const corners = curve.filter((point, i) => !isOnLine(point, curve[i - 1], curve[i + 1]));
  const last = corners.length - 1;
  const kept =
    corners.length <= most
      ? corners
      : Array.from({ length: most }, (_, i) => corners[Math.round((i * last) / (most - 1))] as RocPoint);
  return kept.map(({ falsePositiveRate, truePositiveRate }) => ({ falsePositiveRate, truePositiveRate }));
}

function isOnLine(point: RocPoint, before: RocPoint | undefined, after: RocPoint | undefined): boolean {
  if (!before || !after) return false;
  const [x, y] = [
    after.falsePositiveRate - before.falsePositiveRate,
    after.truePositiveRate - before.truePositiveRate,
  ];
  const [dx, dy] = [
    point.falsePositiveRate - before.falsePositiveRate,
    point.truePositiveRate - before.truePositiveRate,
  ];
  return Math.abs(x * dy - y * dx) < 1e-12;
}
