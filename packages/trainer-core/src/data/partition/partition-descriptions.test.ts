import { descriptionContract } from "@fedloom/fl-strategy/testing";
import { describe, expect, it } from "vitest";
import { dealOut } from "../../simulation/deal-out.js";
import type { Dataset } from "../dataset.js";
import { partitionDescriptions } from "./partition-descriptions.js";
import { partitionIndices, partitionKinds, usualPartitionOptions } from "./partition-indices.js";
import type { PartitionOptions } from "./partition-options.js";

type Kind = keyof typeof partitionDescriptions;
type Options = Readonly<Record<string, unknown>>;

const labels = Uint8Array.from({ length: 400 }, (_, i) => i % 4);
const train = { numSamples: 400, features: Float32Array.from({ length: 3600 }, (_, i) => i % 7), labels };
const dataset = { sampleShape: [3, 3, 1], train } as unknown as Dataset;

/** Who has what and what it looks like, among a few clients and among many; why not, where that cannot be. */
function deal(kind: Kind, options: Options): unknown {
  return [4, 90].map((numClients) => {
    const partition = {
      kind,
      numClients,
      seed: 3,
      ...usualPartitionOptions[kind],
      ...options,
    } as PartitionOptions;
    try {
      const { shares, dataset: dealt } = dealOut(dataset, partition);
      return { shares, features: dealt.train.features };
    } catch (error) {
      if ((error as { code?: unknown }).code !== "partition_failed") throw error;
      return String(error);
    }
  });
}

describe.each(Object.entries(partitionDescriptions))("the description of %s", (name, { about, options }) => {
  const kind = name as Kind;

  for (const { name: promise, run } of descriptionContract({
    options,
    use: (chosen) => deal(kind, chosen),
    undescribed: ["numClients", "seed"],
  })) {
    it(promise, run);
  }

  it("tells what a partition takes that is asked for by its kind alone", () => {
    for (const [option, value] of Object.entries(usualPartitionOptions[kind] ?? {})) {
      expect([option, options[option]?.default]).toEqual([option, value]);
    }
    for (const text of [about, ...Object.values(options).map((option) => option.about)]) {
      expect(text).toMatch(/^[A-Z].*\.$/);
    }
  });
});

it("every kind is described that plain data can ask for", () => {
  expect(partitionKinds.filter((kind) => kind !== "natural").toSorted()).toEqual(
    Object.keys(partitionDescriptions).toSorted(),
  );
  expect(() => partitionIndices(labels, { kind: "natural" } as never)).toThrow(
    "groups: expected one for each",
  );
});
