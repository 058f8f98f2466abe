import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partitionKinds, partitionOptionNames } from "@fedloom/trainer-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PARTITION_FLAGS } from "./partition-flags.js";
import { partitionOf } from "./partition-of.js";
import { valuesOf } from "./testing-flags.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-groups-"));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (...args: string[]) =>
  partitionOf(valuesOf(PARTITION_FLAGS, args), { seed: 3, resolve: (path) => join(folder, path) });

describe("the partition of a command line", () => {
  it.each([
    [[], { kind: "dirichlet", numClients: 5, seed: 3, alpha: 0.5 }],
    [["--partition", "iid", "--clients", "7"], { kind: "iid", numClients: 7, seed: 3 }],
    [
      ["--alpha", "1e-1", "--balance", "--min-size", "3", "--max-tries", "50"],
      {
        kind: "dirichlet",
        numClients: 5,
        seed: 3,
        alpha: 0.1,
        balance: true,
        minSize: 3,
        maxTries: 50,
      },
    ],
    [
      ["--partition", "shards", "--shards-per-client", "3"],
      {
        kind: "shards",
        numClients: 5,
        seed: 3,
        shardsPerClient: 3,
      },
    ],
    [["--partition", "pathological"], { kind: "pathological", numClients: 5, seed: 3, classesPerClient: 2 }],
    [
      ["--partition", "power-law", "--exponent", "1.5"],
      {
        kind: "power-law",
        numClients: 5,
        seed: 3,
        exponent: 1.5,
      },
    ],
    [
      ["--partition", "feature", "--noise", ".2", "--rotation", "30"],
      {
        kind: "feature",
        numClients: 5,
        seed: 3,
        noise: 0.2,
        rotation: 30,
      },
    ],
  ] as [string[], object][])("%j", (args, options) => {
    expect(read(...args)).toEqual(options);
  });

  it("reads the groups of a natural partition from a file", async () => {
    await writeFile(join(folder, "groups"), "a\r\nb\na\n");
    expect(read("--partition", "natural", "--groups", "groups")).toEqual({
      kind: "natural",
      groups: ["a", "b", "a"],
    });
    expect(() => read("--partition", "natural", "--groups", "nothing")).toThrow(
      `${join(folder, "nothing")}: expected a readable file: ENOENT`,
    );
  });

  it.each([
    [["--partition", "random"], "--partition: expected iid or dirichlet or", 'received "random"'],
    [
      ["--shards-per-client", "2"],
      "--shards-per-client: expected with --partition shards, received with dirichlet",
    ],
    [
      ["--partition", "iid", "--alpha", "1"],
      "--alpha: expected with --partition dirichlet or dirichlet-per-client or quantity, received with iid",
    ],
    [["--alpha", "0"], '--alpha: expected a number above 0, received "0"'],
    [["--alpha", "0x10"], '--alpha: expected a number above 0, received "0x10"'],
    [["--clients", "0"], "--clients: expected a whole number from 1"],
    [
      ["--partition", "feature"],
      "--partition: expected feature with --noise, --brightness, --contrast or --rotation",
    ],
    [
      ["--partition", "feature", "--contrast", "2"],
      '--contrast: expected a number from 0 to 1, received "2"',
    ],
    [["--partition", "natural"], "--groups: expected a file for --partition natural, received nothing"],
  ] as [string[], ...string[]][])("%j is refused", (args, ...messages) => {
    for (const message of messages) expect(() => read(...args)).toThrow(message);
    expect(() => read(...args)).toThrow(expect.objectContaining({ code: "usage" }));
  });

  it("knows every kind and every option of trainer-core", () => {
    for (const kind of partitionKinds) expect(PARTITION_FLAGS.partition?.help).toContain(kind);
    const flags = Object.keys(PARTITION_FLAGS).map((flag) =>
      flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    const options = partitionKinds.flatMap((kind) => partitionOptionNames(kind));
    const known = new Set([...flags, "numClients", "seed"]);
    expect(options.filter((option) => !known.has(option))).toEqual([]);
  });
});
