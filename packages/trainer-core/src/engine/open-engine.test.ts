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

  it("takes the first that works, and says why none before it does", async () => {
    const { name, reason } = await openEngine();
    const better = engineNames.slice(0, engineNames.indexOf(name));
    if (better.length === 0) expect(reason).toBe("the first choice");
    for (const engine of better) {
      expect(reason).toContain(`${engine}: `);
      const error = await openEngine({ engine }).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(TrainerError);
      expect(String(error)).toContain(`engine: expected ${engine} to work here, but ${engine}: it`);
    }
  });
});
