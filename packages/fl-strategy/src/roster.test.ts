import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareIds, openRoster } from "./roster.js";

const clientsOf = (ids: readonly string[]) => ids.map((clientId) => ({ clientId, numSamples: 1 }));

describe("openRoster", () => {
  it("orders picks by id and knows who was picked", () => {
    const roster = openRoster("fedavg", ["c", "a"], clientsOf(["a", "b", "c"]));
    expect(roster.picks).toEqual(["a", "c"]);
    expect(["a", "b", "c", "nobody", "constructor", ""].filter(roster.isPicked)).toEqual(["a", "c"]);
  });

  it("gives what was kept in the order of ids, whatever the order of arrival", () => {
    const ids = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 12 });
    const arrivals = ids.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list)));
    fc.assert(
      fc.property(arrivals, ([list, arrived]) => {
        const roster = openRoster<string>("fedavg", list, clientsOf(list));
        for (const clientId of arrived) roster.accept(clientId, clientId);
        const sorted = (some: readonly string[]) => [...some].sort(compareIds);
        expect(roster.numAccepted).toBe(arrived.length);
        expect(roster.accepted()).toEqual(sorted(arrived));
        expect(roster.open()).toEqual(sorted(list.filter((clientId) => !arrived.includes(clientId))));
      }),
    );
  });

  it("counts a dropped client as settled, not as accepted", () => {
    const roster = openRoster<number>("fedavg", ["a", "b", "c"], clientsOf(["a", "b", "c"]));
    roster.accept("b", 7);
    roster.drop("c");
    expect(["a", "b", "c", "nobody"].map(roster.isSettled)).toEqual([false, true, true, false]);
    expect(roster.numAccepted).toBe(1);
    expect(roster.accepted()).toEqual([7]);
    expect(roster.open()).toEqual(["a"]);
  });

  it.each([
    [["a", "x"], 'median: expected available clients, each once, got "x"'],
    [["a", "b", "a"], 'median: expected available clients, each once, got "a"'],
    [[""], 'median: expected available clients, each once, got ""'],
  ])("refuses the picks %j", (picks, message) => {
    expect(() => openRoster("median", picks, clientsOf(["a", "b"]))).toThrow(message);
  });
});

describe("compareIds", () => {
  it("orders by code units, the same everywhere", () => {
    expect(["b", "a10", "ä", "B", "a9", "a", "é", "z"].sort(compareIds)).toEqual([
      "B",
      "a",
      "a10",
      "a9",
      "b",
      "z",
      "ä",
      "é",
    ]);
    expect(compareIds("a", "a")).toBe(0);
  });
});
