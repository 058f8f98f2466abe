import { describe, expect, it } from "vitest";
import { createTurns } from "./turns.js";

const { signal } = new AbortController();

/** Something that goes on until it is told to end. */
function stay() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, body: () => ended };
}

describe("createTurns", () => {
  it("lets one in at a time, in order, also after one that fails", async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const first = stay();
    const all = [
      turns.take(signal, first.body).then(() => seen.push("first")),
      turns
        .take(signal, () => Promise.reject(new Error("second")))
        .catch(({ message }) => seen.push(message)),
      turns.take(signal, async () => seen.push("third")),
    ];
    first.end();
    await Promise.all(all);
    expect(seen).toEqual(["first", "second", "third"]);
  });

  it("lets whoever is aborted leave at once, and nobody in for that", async () => {
    const turns = createTurns();
    const first = stay();
    const leave = new AbortController();
    let isIn = false;
    const one = turns.take(signal, first.body);
    const two = turns.take(leave.signal, async () => "never");
    const three = turns.take(signal, async () => {
      isIn = true;
    });
    leave.abort(new Error("enough"));
    await expect(two).rejects.toThrow("enough");
    await expect(turns.take(leave.signal, async () => "never")).rejects.toThrow("enough");
    expect(isIn).toBe(false);
    first.end();
    await Promise.all([one, three]);
    expect(isIn).toBe(true);
  });
});
