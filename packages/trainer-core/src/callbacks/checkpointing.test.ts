import { describe, expect, it } from "vitest";
import { createMemoryCheckpoints } from "../checkpoint/memory-checkpoints.js";
import { losses, playWith as play } from "../testing/callback-runs.js";
import { eventsOf } from "../testing/small-task.js";
import { checkpointing } from "./checkpointing.js";

describe("checkpointing", () => {
  it("keeps the best, and then the last, so that a kill in between loses neither", async () => {
    const store = createMemoryCheckpoints();
    const { events } = await play([checkpointing({ store })], { evaluate: losses([2, 1, 3, 4]) });
    expect(eventsOf(events, "checkpoint").map(({ data }) => [data.round, data.id, data.isBest])).toEqual([
      [1, "best", true],
      [1, "last", false],
      [2, "best", true],
      [2, "last", false],
      [3, "last", false],
      [4, "last", false],
    ]);
    expect(eventsOf(events, "checkpoint").at(-1)?.data.bytes).toBe((await store.load("last"))?.length);
  });

  it("keeps every so many, and the one after the last round", async () => {
    const { events } = await play([
      checkpointing({ store: createMemoryCheckpoints(), every: 3, best: false }),
    ]);
    expect(eventsOf(events, "checkpoint").map(({ data }) => data.round)).toEqual([3, 4]);
  });

  it("wants a store", () => {
    expect(() => checkpointing({} as { store: ReturnType<typeof createMemoryCheckpoints> })).toThrow(
      "store: expected a CheckpointStore, got none",
    );
  });

  it("goes on training when the disk is full", async () => {
    const full = { ...createMemoryCheckpoints(), save: async () => Promise.reject(new Error("ENOSPC")) };
    const { events } = await play([checkpointing({ store: full })], { numRounds: 2 });
    expect(eventsOf(events, "error")).toHaveLength(2);
    expect(eventsOf(events, "error")[0]?.data).toMatchObject({
      error: "callback checkpointing: onStepClosed threw: ENOSPC",
      fatal: false,
    });
    expect(events.at(-1)?.data).toMatchObject({ status: "completed", totalRounds: 2 });
  });
});
