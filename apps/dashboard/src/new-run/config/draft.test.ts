import { runConfig } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { configOf, draftOf, emptyDraft } from "./draft.js";
import { randomConfig, randomNumbers } from "./testing-configs.js";

const decoded = (config: unknown) => {
  const result = runConfig.decode(config);
  if (!result.ok) throw result.error;
  return result.value;
};

describe("a form filled in as an earlier run", () => {
  it("gives any accepted config back", () => {
    const random = randomNumbers(1);
    for (let i = 0; i < 500; i += 1) {
      const config = randomConfig(random);
      const draft = draftOf(config);
      expect(draft && decoded(configOf(draft))).toEqual(decoded(config));
    }
  });

  it("gives back what the server has stored, with every default in it", () => {
    const random = randomNumbers(2);
    for (let i = 0; i < 200; i += 1) {
      const sent = configOf(draftOf(randomConfig(random)) ?? emptyDraft);
      const stored = runConfig.toWire(decoded(sent));
      expect(configOf(draftOf(stored) ?? emptyDraft)).toEqual(sent);
    }
  });

  it("takes names of options in either form", () => {
    const draft = draftOf({
      strategy_options: { serverLearningRate: 0.1, selection: { where: { siteName: "a" } } },
    });
    expect(draft?.config).toEqual({
      strategy_options: { server_learning_rate: 0.1, selection: { where: { siteName: "a" } } },
    });
  });

  it("is not made of what cannot be started", () => {
    for (const config of [{ num_rounds: 0 }, { anything: 1 }, null, "text", []]) {
      expect(draftOf(config)).toBeUndefined();
    }
  });
});

describe("the config of a form", () => {
  it("is empty where everything is as usual", () => {
    expect(configOf(emptyDraft)).toEqual({});
    expect(configOf({ ...emptyDraft, config: { num_rounds: 5, seed: 1, tags: [] } })).toEqual({});
  });

  it("has nothing that a centralized run would be refused for", () => {
    const config = {
      mode: "centralized",
      hooks: [{ name: "clip-update" }],
      privacy_delta: 0.1,
      quorum: 2,
      deadline_ms: 1,
      partition_options: { min_size: 1 },
      strategy_options: { mu: 1 },
      local_epochs: 2,
      holdout: 0.1,
      num_rounds: 3,
      num_epochs: 4,
    };
    expect(configOf({ ...emptyDraft, config })).toEqual({ mode: "centralized", num_epochs: 4 });
    expect(configOf({ ...emptyDraft, config: { num_epochs: 4, quorum: 2 } })).toEqual({ quorum: 2 });
  });

  it("names one source of data", () => {
    const config = { data: "blobs", data_path: "/x.npz" };
    expect(configOf({ config, source: "made-up" })).toEqual({ data: "blobs" });
    expect(configOf({ config, source: "path" })).toEqual({ data_path: "/x.npz" });
    expect(configOf({ config, source: "upload" })).toEqual({ data_path: "/x.npz" });
  });
});
