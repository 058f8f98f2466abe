import { describe, expect, it } from "vitest";
import { type Block, openArena } from "./arena.js";

describe("openArena", () => {
  it("gives a place again once it is free, and joins what is free side by side", () => {
    const arena = openArena(100);
    const [a, b, c] = [arena.take(64), arena.take(100), arena.take(1)];
    expect([a, b, c].map(({ address }) => address)).toEqual([128, 192, 320]);
    expect(arena.end).toBe(384);
    arena.release(a);
    expect(arena.take(65).address).toBe(384);
    arena.release(b);
    expect(arena.take(192)).toEqual({ address: 128, bytes: 192 });
    expect(arena.end).toBe(512);
  });

  it("grows a gap at the end", () => {
    const arena = openArena(64);
    arena.release(arena.take(64));
    expect(arena.take(128)).toEqual({ address: 64, bytes: 128 });
    expect(arena.end).toBe(192);
  });

  it("never gives a byte to two at once", () => {
    const arena = openArena(0);
    const taken: Block[] = [];
    let state = 1;
    for (let i = 0; i < 3000; i += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state % 5 < 3 || taken.length === 0) {
        const block = arena.take((state >>> 8) % 5000);
        for (const other of taken) {
          const isApart =
            block.address + block.bytes <= other.address || other.address + other.bytes <= block.address;
          if (!isApart) expect.fail(`${JSON.stringify(block)} lies in ${JSON.stringify(other)}`);
        }
        taken.push(block);
      } else {
        const [block] = taken.splice((state >>> 8) % taken.length, 1);
        arena.release(block as Block);
      }
    }
    expect(arena.end).toBeGreaterThan(0);
  });
});
