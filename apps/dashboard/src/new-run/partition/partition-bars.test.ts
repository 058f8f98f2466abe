import { describe, expect, it } from "vitest";
import { describePartition } from "./describe-partition.js";
import { barsOf, colourOfClass, MOST_BARS } from "./partition-bars.js";

const client = (...classCounts: number[]) => ({
  numSamples: classCounts.reduce((sum, count) => sum + count, 0),
  classCounts,
});

describe("the bars of a partition", () => {
  it("are its clients", () => {
    expect(barsOf({ clients: [client(1, 2), client(0, 5)] })).toEqual([
      { label: "Client 1", numSamples: 3, classCounts: [1, 2] },
      { label: "Client 2", numSamples: 5, classCounts: [0, 5] },
    ]);
    expect(barsOf({ clients: Array.from({ length: MOST_BARS }, () => client(1)) })).toHaveLength(MOST_BARS);
  });

  it("are no more than can be seen: the last stands for the others", () => {
    const clients = Array.from({ length: 1_000 }, (_, i) => client(i, 1));
    const bars = barsOf({ clients });
    expect(bars).toHaveLength(MOST_BARS);
    const rest = clients.slice(MOST_BARS - 1);
    const mean = rest.reduce((sum, { numSamples }) => sum + numSamples, 0) / rest.length;
    expect(bars.at(-1)).toMatchObject({ label: "Mean of 971 more", numSamples: mean });
    expect(bars.at(-1)?.classCounts[1]).toBe(1);
  });
});

it("gives each class a colour of its own", () => {
  const colours = Array.from({ length: 100 }, (_, i) => colourOfClass(i));
  expect(new Set(colours).size).toBe(100);
  expect(colours[7]).toBe("var(--series-8)");
});

describe("how unlike clients are, in words", () => {
  const figures = {
    totalVariation: 0,
    effectiveClasses: 2,
    giniOfSizes: 0,
    classNames: ["a", "b"],
    sizes: { smallest: 10, median: 10, largest: 10 },
    clients: [client(5, 5), client(5, 5)],
  };
  it("tells alike from unlike", () => {
    expect(describePartition(figures)).toBe(
      "Clients hold nearly the same mixture of classes. Each has about 10 samples.",
    );
    expect(
      describePartition({
        ...figures,
        totalVariation: 0.5,
        effectiveClasses: 1.2,
        giniOfSizes: 0.4,
        sizes: { smallest: 1, median: 5, largest: 900 },
      }),
    ).toBe(
      "Clients differ strongly in their classes: a client holds about 1.2 of 2 classes. Their sizes differ strongly, from 1 to 900 samples.",
    );
    expect(describePartition({ ...figures, clients: [client(1, 1)] })).toBe("One client holds everything.");
  });
});
