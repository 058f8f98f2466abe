import { describe, expect, it } from "vitest";
import { draftOf, emptyDraft } from "./draft.js";
import { fieldPath, nearestField, problemsOf } from "./problems.js";
import { testingCatalog } from "./testing-catalog.js";

const problemsWith = (config: Record<string, unknown>) =>
  problemsOf({ ...emptyDraft, config }, testingCatalog);

describe("what is wrong before the server is asked", () => {
  it("is nothing in an empty form, and in one filled in as a run that was accepted", () => {
    expect(problemsOf(emptyDraft, testingCatalog)).toEqual({});
    const draft = draftOf({
      strategy: "fedprox",
      strategy_options: { mu: 0.1 },
      tags: ["a"],
      optimizer: { name: "adam" },
    });
    expect(draft && problemsOf(draft, testingCatalog)).toEqual({});
  });

  it("is told of each field by its path", () => {
    const problems = problemsWith({
      num_rounds: 0,
      seed: "x",
      strategy: "fedprox",
      hooks: [{ name: "reject-invalid" }, { name: "clip-update", options: { max_norm: 0 } }],
      partition_options: { min_size: 0.5 },
      early_stopping: {},
    });
    expect(Object.keys(problems).sort()).toEqual([
      "early_stopping.patience",
      "hooks.1.options.max_norm",
      "num_rounds",
      "partition_options.min_size",
      "seed",
      "strategy_options.mu",
    ]);
    expect(problems["strategy_options.mu"]).toBe("Expected a number, received nothing.");
  });

  it("is what the schema refuses where no description does", () => {
    expect(Object.keys(problemsWith({ experiment_name: "x".repeat(200) }))).toEqual(["experiment_name"]);
    expect(Object.keys(problemsWith({ hooks: [{ name: "unheard-of" }] }))).toEqual(["hooks.0.name"]);
  });

  it("is a source without data", () => {
    expect(problemsOf({ ...emptyDraft, source: "path" }, testingCatalog)).toEqual({
      data_path: "Expected a path, received nothing.",
    });
    expect(problemsOf({ ...emptyDraft, source: "upload" }, testingCatalog)).toEqual({
      data_path: "Expected a file, received nothing.",
    });
  });

  it("is not told of fields that the mode has no use for", () => {
    expect(problemsWith({ mode: "centralized", num_rounds: 0, strategy: "fedprox" })).toEqual({});
  });
});

describe("the field of a problem", () => {
  const fields = ["strategy_options.server_learning_rate", "hooks", "hooks.1.options", "augment"];
  it("is its own, or the one that holds it", () => {
    expect(fieldPath("strategy_options.serverLearningRate")).toBe(fields[0]);
    expect(nearestField("strategy_options.server_learning_rate", fields)).toBe(fields[0]);
    expect(nearestField("hooks.1.options.x", fields)).toBe("hooks.1.options");
    expect(nearestField("hooks.0.options.x", fields)).toBe("hooks");
    expect(nearestField("augment.max_shift", fields)).toBe("augment");
    expect(nearestField("quorum", fields)).toBeUndefined();
  });
});
