import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import type { ClientInfo, RoundContext } from "../strategy.js";
import { byLoss, powerOfChoice } from "./by-loss.js";

const size = { minClients: 1, overSelect: 1 };

function contextOf(
  losses: Readonly<Record<string, number>>,
  { clients, round }: { clients: readonly ClientInfo[]; round: number },
): RoundContext {
  const random = (purpose: string) => randomStream(3, purpose, round);
  return { round, clients, losses, random } as unknown as RoundContext;
}

const clientsOf = (...ids: string[]): ClientInfo[] => ids.map((clientId) => ({ clientId, numSamples: 1 }));

/** How often each client was among the picks. */
function frequencies(rounds: number, picksIn: (round: number) => readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const clientId of picksIn(round)) counts.set(clientId, (counts.get(clientId) ?? 0) + 1);
  }
  return counts;
}

describe("byLoss", () => {
  const clients = clientsOf("a", "b", "c", "d", "e");

  it("picks one client with chances proportional to the losses", () => {
    const losses = { a: 0.5, b: 1, c: 1.5, d: 2, e: 0 };
    const rounds = 5000;
    const counts = frequencies(
      rounds,
      (round) => byLoss(0.2)(contextOf(losses, { clients, round }), size).clientIds,
    );
    for (const [clientId, loss] of Object.entries(losses)) {
      const chance = loss / 5;
      const slack = 5 * Math.sqrt(rounds * chance * (1 - chance));
      expect(Math.abs((counts.get(clientId) ?? 0) - rounds * chance)).toBeLessThanOrEqual(slack);
    }
  });

  it("picks several without replacement: the second by what is left", () => {
    const losses = { a: 4, b: 2, c: 1, d: 1, e: 0 };
    const rounds = 5000;
    const counts = frequencies(rounds, (round) => {
      const { clientIds } = byLoss(0.4)(contextOf(losses, { clients, round }), size);
      expect(new Set(clientIds).size).toBe(2);
      return clientIds;
    });
    // P(a) = 1/2 + 1/4 (4/6) + 2 (1/8)(4/7).
    const chance = 1 / 2 + (1 / 4) * (4 / 6) + 2 * (1 / 8) * (4 / 7);
    const slack = 5 * Math.sqrt(rounds * chance * (1 - chance));
    expect(Math.abs((counts.get("a") ?? 0) - rounds * chance)).toBeLessThanOrEqual(slack);
  });

  it("puts clients with an unknown loss first and those with none last", () => {
    for (let round = 1; round <= 50; round += 1) {
      const losses = { a: 1e9, b: 0, d: 1e9, e: -1 };
      const pick = (fraction: number) =>
        byLoss(fraction)(contextOf(losses, { clients, round }), size).clientIds;
      expect(pick(0.2)).toEqual(["c"]);
      expect([...pick(0.6)].sort()).toEqual(["a", "c", "d"]);
      expect(pick(1)).toHaveLength(5);
    }
  });

  it("does not take what every object has for the loss of a client of that name", () => {
    const tricky = clientsOf("a", "constructor", "toString");
    const counts = frequencies(200, (round) => {
      const losses = { a: 5 };
      return byLoss(0.4)(contextOf(losses, { clients: tricky, round }), size).clientIds;
    });
    expect(counts.get("a") ?? 0).toBe(0);
    expect(counts.size).toBe(2);
  });

  it("says nothing of sampling: a chance that depends on losses is nothing to account with", () => {
    expect(byLoss(0.4)(contextOf({}, { clients, round: 1 }), size).sampling).toBeUndefined();
  });
});

describe("powerOfChoice", () => {
  const clients = clientsOf("a", "b", "c", "d", "e", "f", "g", "h");
  const losses = { a: 0.1, b: 0.8, c: 0.3, d: 0.7, e: 0.2, f: 0.6, g: 0.5, h: 0.4 };

  it("picks the largest losses of all where all are candidates", () => {
    for (let round = 1; round <= 20; round += 1) {
      const { clientIds } = powerOfChoice(0.25, 1)(contextOf(losses, { clients, round }), size);
      expect(clientIds).toEqual(["b", "d"]);
    }
  });

  it("picks the largest among candidates: the k-th largest of n as often as it is drawn and heads the rest", () => {
    const rounds = 4000;
    const counts = frequencies(
      rounds,
      (round) => powerOfChoice(0.125, 0.375)(contextOf(losses, { clients, round }), size).clientIds,
    );
    // Of 3 among 8 the largest wins: C(8 - k, 2) / C(8, 3) for the k-th, and the two smallest never.
    const ranked = Object.entries(losses).sort(([, x], [, y]) => y - x);
    for (const [i, [clientId]] of ranked.entries()) {
      const left = 7 - i;
      const chance = (left * (left - 1)) / 2 / 56;
      const slack = 5 * Math.sqrt(rounds * chance * (1 - chance));
      expect(Math.abs((counts.get(clientId) ?? 0) - rounds * chance)).toBeLessThanOrEqual(slack);
    }
  });

  it("draws candidates by their sample counts", () => {
    const uneven = clients.map((client, i) => ({ ...client, numSamples: i === 0 ? 7 : 1 }));
    const rounds = 3000;
    const counts = frequencies(
      rounds,
      (round) => powerOfChoice(0.125, 0.125)(contextOf(losses, { clients: uneven, round }), size).clientIds,
    );
    expect(Math.abs((counts.get("a") ?? 0) - rounds / 2)).toBeLessThanOrEqual(5 * Math.sqrt(rounds / 4));
  });

  it("takes unknown losses first, and chance decides among equal ones", () => {
    const { g: _g, ...known } = losses;
    const first = powerOfChoice(0.125, 1)(contextOf(known, { clients, round: 1 }), size);
    expect(first.clientIds).toEqual(["g"]);
    const counts = frequencies(
      800,
      (round) => powerOfChoice(0.125, 1)(contextOf({}, { clients, round }), size).clientIds,
    );
    expect(counts.size).toBe(8);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(100));
  });

  it("looks at no fewer candidates than it asks", () => {
    const wide = { minClients: 5, overSelect: 1.2 };
    const selection = powerOfChoice(0.1, 0.1)(contextOf(losses, { clients, round: 1 }), wide);
    expect([selection.clientIds.length, selection.enough]).toEqual([6, 5]);
  });
});
