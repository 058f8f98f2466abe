import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { TrainerError } from "../errors.js";
import { engineNames, openEngine } from "./open-engine.js";

describe("openEngine", () => {
  it("leaves the process's exception handlers as they were", async () => {
    const events = ["uncaughtException", "unhandledRejection"];
    const count = () => events.map((event) => process.listenerCount(event));
    const before = count();
    await openEngine({ engine: "wasm" });
    expect(tf.getBackend()).toBe("wasm");
    expect(count()).toEqual(before);
  });

  it.each(["wasm", "cpu"] as const)("computes on %s when that is asked for", async (engine) => {
    expect(await openEngine({ engine })).toEqual({ name: engine, reason: "asked for" });
    expect(tf.getBackend()).toBe(engine);
  });

  it("takes the first that works, and says why", async () => {
    const { name, reason } = await openEngine();
    expect(reason).toMatch(new RegExp(`${name} works$`));
    for (const better of engineNames.slice(0, engineNames.indexOf(name))) {
      expect(reason).toContain(`${better} does not work here (`);
      await expect(openEngine({ engine: better })).rejects.toThrow(
        `engine: expected one that works here, got ${better} does not work here (`,
      );
      await expect(openEngine({ engine: better })).rejects.toBeInstanceOf(TrainerError);
    }
  });
});
