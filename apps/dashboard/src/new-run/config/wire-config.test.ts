import { describe, expect, it } from "vitest";
import { usualValue, valueAt, withoutDefaults, withValue } from "./wire-config.js";

describe("a value of the config", () => {
  it("is read and set at any depth, and leaves the rest as it is", () => {
    const hooks = [{ name: "clip-update" }, { name: "add-noise", options: { sigma: 1 } }];
    const next = withValue({ hooks }, "hooks.0.options.max_norm", 2);
    expect(next).toEqual({ hooks: [{ name: "clip-update", options: { max_norm: 2 } }, hooks[1]] });
    expect(valueAt(next, "hooks.1.options.sigma")).toBe(1);
    expect(valueAt(next, "hooks.2.options.sigma")).toBeUndefined();
    expect(valueAt({ notes: "text" }, "notes.length")).toBeUndefined();
  });

  it("takes options with it when it was the last of them", () => {
    const path = "strategy_options.selection.fraction";
    const config = withValue({ seed: 2 }, path, 0.5);
    expect(config).toEqual({ seed: 2, strategy_options: { selection: { fraction: 0.5 } } });
    expect(withValue(config, path, undefined)).toEqual({ seed: 2 });
  });

  it("leaves early stopping on when its patience is taken out", () => {
    expect(withValue({ early_stopping: { patience: 1 } }, "early_stopping.patience", undefined)).toEqual({
      early_stopping: {},
    });
  });

  it("is told where it is usual", () => {
    expect(usualValue("num_rounds")).toBe(5);
    expect(usualValue("early_stopping.metric")).toBe("val_loss");
    expect(usualValue("early_stopping.patience")).toBeUndefined();
    expect(usualValue("model")).toBeUndefined();
  });
});

it("leaves out defaults, those of early stopping too", () => {
  const early_stopping = { metric: "val_loss", patience: 1, min_delta: 0, restore_best: true };
  expect(withoutDefaults({ num_rounds: 5, seed: 2, early_stopping })).toEqual({
    seed: 2,
    early_stopping: { patience: 1, restore_best: true },
  });
});
