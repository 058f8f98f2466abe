import type { RoundView } from "../../live/run-view.js";

/** In the order in which the trainer numbers them. */
export const verdicts = ["passed", "replaced", "refused", "threw"] as const;
export type Verdict = (typeof verdicts)[number];

/** One number that a hook tells, over the rounds. */
export interface HookCounter {
  name: string;
  x: readonly number[];
  y: readonly number[];
  total: number;
  latest: number;
}

/** What one hook did. */
export interface HookActivity {
  name: string;
  /** Rounds by the weightiest thing it did in them. */
  numByVerdict: Readonly<Record<Verdict, number>>;
  latest: Verdict | undefined;
  duration: HookCounter | undefined;
  counters: readonly HookCounter[];
}

/** What each hook did in all rounds; names may have slashes in them, the last one divides. */
export function hookActivities(rounds: readonly RoundView[]): HookActivity[] {
  const hooks = new Map<string, Map<string, { x: number[]; y: number[] }>>();
  for (const { round, about } of rounds) {
    for (const [name, value] of Object.entries(about)) {
      const found = /^hooks\/(.+)\/([^/]+)$/.exec(name);
      if (!found) continue;
      const counters = hooks.get(found[1] as string) ?? new Map<string, { x: number[]; y: number[] }>();
      hooks.set(found[1] as string, counters);
      const counter = counters.get(found[2] as string) ?? { x: [], y: [] };
      counters.set(found[2] as string, counter);
      counter.x.push(round);
      counter.y.push(value);
    }
  }
  return [...hooks].map(([name, counters]) => activityOf(name, counters));
}

/** Told of every hook, and what verdict and number of calls already say. */
const ORDER = ["calls", "replaced", "refused", "threw"];

function activityOf(name: string, all: ReadonlyMap<string, { x: number[]; y: number[] }>): HookActivity {
  const numByVerdict: Record<Verdict, number> = { passed: 0, replaced: 0, refused: 0, threw: 0 };
  const told = (all.get("verdict")?.y ?? []).flatMap((rank) => verdicts[rank] ?? []);
  for (const verdict of told) numByVerdict[verdict] += 1;
  const counters = [...all]
    .filter(([key]) => key !== "verdict" && key !== "duration_ms")
    .map(([key, values]) => counterOf(key, values))
    .filter((counter) => counter.name === "calls" || counter.y.some((value) => value !== 0))
    .sort((one, other) => rank(one.name) - rank(other.name) || one.name.localeCompare(other.name));
  const duration = all.get("duration_ms");
  return {
    name,
    numByVerdict,
    latest: told.at(-1),
    duration: duration && counterOf("duration_ms", duration),
    counters,
  };
}

function counterOf(name: string, { x, y }: { x: number[]; y: number[] }): HookCounter {
  const total = y.reduce((sum, value) => sum + (Number.isFinite(value) ? value : 0), 0);
  return { name, x, y, total, latest: y.at(-1) ?? Number.NaN };
}

function rank(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}
