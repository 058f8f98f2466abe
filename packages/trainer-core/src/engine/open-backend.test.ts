import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { TrainerError } from "../errors.js";
import { openBackend } from "./open-backend.js";

describe("openBackend", () => {
  it("leaves the process's exception handlers as they were", async () => {
    const events = ["uncaughtException", "unhandledRejection"];
    const count = () => events.map((event) => process.listenerCount(event));
    const before = count();
    (await openBackend("wasm")).use();
    expect(tf.getBackend()).toBe("wasm");
    expect(count()).toEqual(before);
  });

  it("goes to and fro between backends, and tensors follow", async () => {
    const [wasm, cpu] = [await openBackend("wasm"), await openBackend("cpu")];
    cpu.use();
    expect(tf.getBackend()).toBe("cpu");
    const ones = tf.ones([3]);
    wasm.use();
    expect(tf.getBackend()).toBe("wasm");
    expect(tf.tidy(() => [...tf.add(ones, 1).dataSync()])).toEqual([2, 2, 2]);
    ones.dispose();
  });

  it("opens each once", async () => {
    expect(await openBackend("wasm")).toBe(await openBackend("wasm"));
  });

  it.each([
    ["webgpu", "there is no navigator.gpu"],
    ["webgl", "there is no canvas"],
  ] as const)("says why %s does not work here, which is no page", async (name, why) => {
    const error = await openBackend(name).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TrainerError);
    expect(String(error)).toContain(`engine: expected ${name} to work here, but ${why}`);
  });

  it("says what to do where tfjs-node's native part is missing", async () => {
    const error = await openBackend("tfjs-node").catch((error: unknown) => error);
    if (!(error instanceof TrainerError)) return;
    expect(error.message).toMatch(
      /but it is (not installed|installed but does not load) \(npm (install|rebuild)/,
    );
  });
});
