import type { PartitionPreview } from "@fedloom/protocol";

/** Most bars that are drawn; further clients are drawn as one. */
export const MOST_BARS = 30;

/** One bar of the picture: a client, or all that are left. */
export interface PartitionBar {
  label: string;
  numSamples: number;
  /** By class. */
  classCounts: readonly number[];
}

/** Bars of the first clients, and one for the mean of the rest, so that it does not dwarf them. */
export function barsOf({ clients }: Pick<PartitionPreview, "clients">): PartitionBar[] {
  const isCut = clients.length > MOST_BARS;
  const shown = isCut ? clients.slice(0, MOST_BARS - 1) : clients;
  const rest = clients.slice(shown.length);
  const bars = shown.map((client, i) => ({ label: `Client ${i + 1}`, ...client }));
  if (rest.length === 0) return bars;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / rest.length;
  return [
    ...bars,
    {
      label: `Mean of ${rest.length} more`,
      numSamples: mean(rest.map(({ numSamples }) => numSamples)),
      classCounts: (rest[0]?.classCounts ?? []).map((_, i) =>
        mean(rest.map(({ classCounts }) => classCounts[i] ?? 0)),
      ),
    },
  ];
}

/** Colours of classes that have no colour of their own in the theme go around the wheel. */
const OWN_COLOURS = 8;
const GOLDEN_ANGLE = 137.508;

/** Colour of a class, as CSS takes it, in both themes. */
export function colourOfClass(place: number): string {
  if (place < OWN_COLOURS) return `var(--series-${place + 1})`;
  return `oklch(0.65 0.14 ${Math.round((place * GOLDEN_ANGLE) % 360)})`;
}
