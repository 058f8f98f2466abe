import { createMemoryCheckpoints, createMemoryStates } from "@fedloom/trainer-core";
import { expect, it } from "vitest";
import { createKeptStates } from "./kept-states.js";

const state = (value: number) => ({ control: Float32Array.of(value) });

it("goes on in memory once states cannot be written, and keeps the checkpoint that they go with", async () => {
  const disk = createMemoryStates();
  let isFull = false;
  const checkpoints = createMemoryCheckpoints();
  const written = {
    get: disk.get,
    set: (...args: Parameters<typeof disk.set>) =>
      isFull ? Promise.reject(new Error("ENOSPC: no space left")) : disk.set(...args),
  };
  const { states, store } = createKeptStates(written, checkpoints);
  await states.set("a", 1, state(1));
  await states.set("b", 1, state(2));
  await store.save("last", Uint8Array.of(1), 1);
  isFull = true;
  await states.set("a", 2, state(3));
  isFull = false;
  await states.set("b", 2, state(4));
  expect(await states.get("a", 3)).toEqual(state(3));
  expect(await states.get("b", 3)).toEqual(state(4));
  await expect(store.save("last", Uint8Array.of(2), 1)).rejects.toMatchObject({
    code: "checkpoint_failed",
    message: "the clients' states could not be written: ENOSPC: no space left",
  });
  expect(await store.load("last")).toEqual(Uint8Array.of(1));
  // What is on disk is what the checkpoint was made with.
  expect(await disk.get("a", 9)).toEqual(state(1));
  expect(await disk.get("b", 9)).toEqual(state(2));
});
