import { describe, expect, it } from "vitest";
import { runConfig } from "./run-config.js";

describe("runConfig", () => {
  it("fills in the first run's defaults", () => {
    const decoded = runConfig.decode({});
    expect(decoded.ok && decoded.value).toEqual({
      experimentName: "pneumonia",
      mode: "federated",
      model: "pneumonia-cnn",
      strategy: "fedavg",
      numRounds: 5,
      numClients: 5,
      partition: "dirichlet",
      dirichletAlpha: 0.5,
      seed: 1,
      engine: "auto",
    });
  });

  it("names the field that is wrong", () => {
    const decoded = runConfig.decode({ num_rounds: 0 });
    expect(decoded.ok ? "" : decoded.error.message).toBe("num_rounds: expected at least 1, received 0");
  });
});
