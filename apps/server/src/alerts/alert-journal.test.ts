import { describe, expect, it, vi } from "vitest";
import { AlertJournal } from "./alert-journal.js";

/** An entry that says what is done with it. */
const entry = (name: string, done: string[], store: () => Promise<void> = async () => {}) => ({
  store: async () => {
    await store();
    done.push(`stored ${name}`);
  },
  announce: () => void done.push(`told ${name}`),
});

describe("AlertJournal", () => {
  it("stores in order, and tells what is stored", async () => {
    const journal = new AlertJournal();
    const done: string[] = [];
    for (const name of ["1", "2"]) journal.push(entry(name, done));
    await journal.flush();
    expect(done).toEqual(["stored 1", "told 1", "stored 2", "told 2"]);
  });

  it("tells at once, and once, what it cannot store for now", async () => {
    const journal = new AlertJournal({ retryMs: 1 });
    const done: string[] = [];
    let isAway = true;
    const store = async () => {
      if (isAway) throw new Error("gone");
    };
    journal.push(entry("1", done, store));
    await journal.flush();
    journal.push(entry("2", done, store));
    expect(done).toEqual(["told 1", "told 2"]);
    expect(journal.failure).toBe("gone");
    isAway = false;
    await vi.waitFor(() => expect(done.slice(2)).toEqual(["stored 1", "stored 2"]));
    expect([journal.failure, journal.numMissed]).toEqual([undefined, 0]);
  });

  it("leaves out, tells and counts what the database refuses", async () => {
    const journal = new AlertJournal();
    const done: string[] = [];
    const refusal = new Error("wrapped", { cause: Object.assign(new Error("too long"), { code: "22001" }) });
    journal.push(entry("1", done, () => Promise.reject(refusal)));
    journal.push(entry("2", done));
    await journal.flush();
    expect(done).toEqual(["told 1", "stored 2", "told 2"]);
    expect([journal.failure, journal.numMissed]).toEqual([undefined, 1]);
  });

  it("holds 10,000 entries while the database is away, and tells of those that it lets go too", async () => {
    const journal = new AlertJournal({ retryMs: 60_000 });
    const done: string[] = [];
    for (let number = 0; number < 10_100; number++) {
      journal.push(entry(`${number}`, done, () => Promise.reject(new Error("gone"))));
    }
    await journal.flush();
    expect(journal.numMissed).toBe(100);
    expect(done).toHaveLength(10_100);
    await journal.close();
  });
});
