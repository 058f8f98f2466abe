import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runConfig } from "./run-config.js";

describe("runConfig", () => {
  it("fills in the first run's defaults", () => {
    const decoded = runConfig.decode({});
    expect(decoded.ok && decoded.value).toEqual({
      project: "default",
      experimentName: "pneumonia",
      tags: [],
      notes: "",
      mode: "federated",
      strategy: "fedavg",
      numRounds: 5,
      numEpochs: 10,
      numClients: 5,
      partition: "dirichlet",
      dirichletAlpha: 0.5,
      holdout: 0,
      seed: 1,
      engine: "auto",
    });
  });

  it("maps the names of strategy options, but not the labels of clients", () => {
    const wire = {
      strategy_options: {
        server_learning_rate: 0.1,
        selection: { kind: "fraction", min_clients: 2, where: { site_name: "north" } },
      },
    };
    const decoded = runConfig.decode(wire);
    expect(decoded.ok && decoded.value.strategyOptions).toEqual({
      serverLearningRate: 0.1,
      selection: { kind: "fraction", minClients: 2, where: { site_name: "north" } },
    });
    expect(decoded.ok && runConfig.toWire(decoded.value)).toMatchObject(wire);
  });

  it("maps the names of nested settings, and tells what each is for", () => {
    const wire = {
      early_stopping: { patience: 3, min_delta: 0.1 },
      hooks: [{ name: "clip-update", options: { max_norm: 1 } }],
    };
    const decoded = runConfig.decode(wire);
    expect(decoded.ok && decoded.value).toMatchObject({
      earlyStopping: { metric: "val_loss", patience: 3, minDelta: 0.1, restoreBest: false },
      hooks: [{ name: "clip-update", options: { maxNorm: 1 } }],
    });
    expect(decoded.ok && runConfig.toWire(decoded.value)).toMatchObject(wire);
    const { properties } = z.toJSONSchema(runConfig.wireSchema, { io: "input" });
    const undescribed = Object.entries(properties ?? {}).filter(([, field]) => !Object(field).description);
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });

  it("names the field that is wrong", () => {
    const decoded = runConfig.decode({ num_rounds: 0 });
    expect(decoded.ok ? "" : decoded.error.message).toBe("num_rounds: expected at least 1, received 0");
  });
});
