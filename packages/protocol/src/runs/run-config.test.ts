import { describe, expect, it } from "vitest";
import { runConfig } from "./run-config.js";

describe("runConfig", () => {
  it("fills in the first run's defaults", () => {
    const decoded = runConfig.decode({});
    expect(decoded.ok && decoded.value).toEqual({
      experimentName: "pneumonia",
      mode: "federated",
      strategy: "fedavg",
      numRounds: 5,
      numClients: 5,
      partition: "dirichlet",
      dirichletAlpha: 0.5,
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

  it("names the field that is wrong", () => {
    const decoded = runConfig.decode({ num_rounds: 0 });
    expect(decoded.ok ? "" : decoded.error.message).toBe("num_rounds: expected at least 1, received 0");
  });
});
