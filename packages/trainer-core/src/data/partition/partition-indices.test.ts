import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partitionIndices, partitionKinds, partitionOptionNames } from "./partition-indices.js";
import type { PartitionOptions } from "./partition-options.js";
import { hashOf, knownHashes, knownPartitions, partitionHashes, tenClasses } from "./testing-partitions.js";

describe("partitionIndices", () => {
  it.each(Object.entries(knownPartitions))(
    "deals every sample out once, to nobody none: %s",
    (_, options) => {
      const parts = partitionIndices(tenClasses, options);
      expect(Math.min(...parts.map((part) => part.length))).toBeGreaterThan(0);
      const all = Uint32Array.from(parts.flatMap((part) => [...part])).sort();
      expect(all.length).toBe(10_000);
      expect(all.every((index, i) => index === i)).toBe(true);
      expect(hashOf(partitionIndices(tenClasses, options))).toBe(hashOf(parts));
      if (options.kind !== "natural") {
        expect(hashOf(partitionIndices(tenClasses, { ...options, seed: 2 }))).not.toBe(hashOf(parts));
      }
    },
  );

  it("gives the partitions that are known, as every machine does", () => {
    expect(partitionHashes()).toEqual(knownHashes);
  });

  it("has a known answer for each kind", () => {
    const kinds = Object.values(knownPartitions).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(partitionKinds));
  });

  it("deals out any labels exactly once, or says why not", () => {
    const kinds = fc.constantFrom<(numClients: number, seed: number) => PartitionOptions>(
      (numClients, seed) => ({ kind: "iid", numClients, seed }),
      (numClients, seed) => ({ kind: "dirichlet", numClients, seed, alpha: 0.5, minSize: 1 }),
      (numClients, seed) => ({ kind: "dirichlet", numClients, seed, alpha: 0.5, minSize: 1, balance: true }),
      (numClients, seed) => ({ kind: "dirichlet-per-client", numClients, seed, alpha: 1e-3 }),
      (numClients, seed) => ({ kind: "shards", numClients, seed }),
      (numClients, seed) => ({ kind: "pathological", numClients, seed, classesPerClient: 2 }),
      (numClients, seed) => ({ kind: "quantity", numClients, seed, alpha: 0.5, minSize: 1 }),
      (numClients, seed) => ({ kind: "power-law", numClients, seed, exponent: 1.5 }),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ max: 5, minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        kinds,
        (labels, numClients, seed, optionsFor) => {
          let parts: Uint32Array[];
          try {
            parts = partitionIndices(labels, optionsFor(numClients, seed));
          } catch (error) {
            expect(error).toMatchObject({ name: "TrainerError" });
            return;
          }
          expect(parts.length).toBe(numClients);
          expect(parts.every((part) => part.length > 0)).toBe(true);
          expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual([...labels.keys()]);
        },
      ),
    );
  });
});

describe("iid and feature", () => {
  it.each(["iid", "feature"] as const)("%s cuts evenly", (kind) => {
    const parts = partitionIndices(new Uint8Array(23), { kind, numClients: 5, seed: 1 });
    expect(parts.map((part) => part.length)).toEqual([4, 5, 4, 5, 5]);
  });
});

describe("bad options", () => {
  const bad = (changes: object) => () =>
    partitionIndices(tenClasses, {
      kind: "dirichlet",
      numClients: 5,
      seed: 1,
      alpha: 1,
      ...changes,
    } as never);

  it.each<[object, string]>([
    [{ numClients: 0 }, "numClients: expected an integer in [1, 10000], one sample each at least, got 0"],
    [{ numClients: 10_001 }, "got 10001"],
    [{ numClients: "5" }, 'got "5"'],
    [{ seed: 0.5 }, "seed: expected an integer, got 0.5"],
    [{ alpha: 0 }, "alpha: expected a finite number > 0, got 0"],
    [{ alpha: Infinity }, "alpha: expected a finite number > 0, got Infinity"],
    [{ alpha: Number.NaN }, "alpha: expected a finite number > 0, got NaN"],
    [{ minSize: 0 }, "minSize: expected an integer >= 1, got 0"],
    [{ maxTries: 0 }, "maxTries: expected an integer >= 1, got 0"],
    [{ kind: "toString" }, `kind: expected one of ${partitionKinds.join(", ")}, got "toString"`],
    [{ kind: "iid" }, 'iid: expected options among numClients, seed, got "alpha"'],
    [{ kind: "dirichlet-per-client", alpha: -1 }, "alpha: expected a finite number > 0, got -1"],
    [{ kind: "quantity", alpha: -1 }, "alpha: expected a finite number > 0, got -1"],
  ])("%j", (changes, message) => {
    expect(bad(changes)).toThrow(message);
  });

  it("name what is there in place of labels and groups", () => {
    const dataset = { labels: new Uint8Array(4) } as unknown as Uint8Array;
    expect(() => partitionIndices(dataset, { kind: "iid", numClients: 2, seed: 1 })).toThrow(
      'labels: expected a Uint8Array, such as dataset.train.labels, got "object"',
    );
    const none = { kind: "natural" } as PartitionOptions;
    expect(() => partitionIndices(new Uint8Array(4), none)).toThrow(
      "groups: expected one for each of 4 samples, got undefined",
    );
  });

  it("are known by name", () => {
    expect(partitionOptionNames("shards")).toEqual(["numClients", "seed", "shardsPerClient"]);
  });
});
