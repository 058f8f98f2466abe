import type { ThinnedSeries } from "@fedloom/protocol";

/** How well a run does, step by step. */
export interface Trend {
  /** What people call it, such as `AUC`. */
  label: string;
  numPoints: number;
  /** In order of x; each is a finite number. */
  points: readonly { x: number; value: number }[];
}

/** What is told of a run, the best first; of which phase. */
const WANTED = [
  { name: "auroc", phase: "val", label: "validation AUC" },
  { name: "accuracy", phase: "val", label: "validation accuracy" },
  { name: "loss", phase: "val", label: "validation loss" },
  { name: "loss", phase: "train", label: "training loss" },
  { name: "train_loss", phase: "train", label: "training loss" },
] as const;

/** Names that the server is asked for. */
export const TREND_METRICS: readonly string[] = [...new Set(WANTED.map(({ name }) => name))];

/** The line that tells most of a run; undefined where it has told none of them yet. */
export function trendOf(lines: readonly ThinnedSeries[]): Trend | undefined {
  for (const { name, phase, label } of WANTED) {
    const line = lines.find((each) => each.name === name && each.phase === phase);
    const points = line?.points.filter(({ value }) => Number.isFinite(value)) ?? [];
    if (line && points.length > 0) return { label, numPoints: line.numPoints, points };
  }
  return undefined;
}

/** The trend in words. */
export function describeTrend({ label, points }: Trend, format: (value: number) => string): string {
  const values = points.map(({ value }) => value);
  const last = format(values.at(-1) as number);
  if (values.length === 1) return `${label} ${last}`;
  const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
  return `${label} from ${format(values[0] as number)} to ${last}, between ${low} and ${high}`;
}
