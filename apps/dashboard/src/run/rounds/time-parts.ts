import type { Bar, BarPart } from "../../charts/stacked-bars.js";
import type { RoundView } from "../../live/run-view.js";

const KNOWN: Record<string, Pick<BarPart, "label" | "colour">> = {
  training: { label: "Training", colour: "series-1" },
  aggregation: { label: "Aggregation", colour: "series-3" },
  evaluation: { label: "Evaluation", colour: "series-2" },
  callbacks: { label: "Callbacks and checkpoints", colour: "series-4" },
  waiting: { label: "Waiting for readers of the events", colour: "series-6" },
};
/** Of what clients took, each by itself: at the same time as others, so no part of the whole. */
const BESIDE = "clients";

/** What rounds spend their time on, those that are known first. */
export function timeParts(rounds: readonly RoundView[]): BarPart[] {
  const told = new Set<string>();
  for (const { about } of rounds) {
    for (const name of Object.keys(about)) {
      const purpose = /^time\/(.+)_ms$/.exec(name)?.[1];
      if (purpose !== undefined && purpose !== BESIDE) told.add(purpose);
    }
  }
  const known = Object.keys(KNOWN).filter((purpose) => told.has(purpose));
  const others = [...told].filter((purpose) => !(purpose in KNOWN)).sort();
  return [...known, ...others].map((purpose) => ({
    key: purpose,
    ...(KNOWN[purpose] ?? { label: purpose, colour: "series-8" }),
  }));
}

/** Milliseconds of each part, as a mean over the rounds of each bar; at most `maxBars` of them. */
export function timeBars(rounds: readonly RoundView[], parts: readonly BarPart[], maxBars: number): Bar[] {
  const told = rounds.filter(({ about }) => parts.some(({ key }) => about[`time/${key}_ms`] !== undefined));
  const perBar = Math.max(1, Math.ceil(told.length / maxBars));
  const bars: Bar[] = [];
  for (let start = 0; start < told.length; start += perBar) {
    const group = told.slice(start, start + perBar);
    const values = parts.map(
      ({ key }) => group.reduce((sum, { about }) => sum + finite(about[`time/${key}_ms`]), 0) / group.length,
    );
    bars.push({ from: (group[0] as RoundView).round, to: (group.at(-1) as RoundView).round, values });
  }
  return bars;
}

/** How many clients trained at once, on average: what all took together over what the rounds waited for them. */
export function clientsAtOnce(rounds: readonly RoundView[]): number | undefined {
  let [together, waited] = [0, 0];
  for (const { about } of rounds) {
    together += finite(about[`time/${BESIDE}_ms`]);
    waited += finite(about["time/training_ms"]);
  }
  return together > 0 && waited > 0 ? together / waited : undefined;
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
