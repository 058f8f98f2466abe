import { describe, expect, it } from "vitest";
import { randomStream } from "../random.js";
import type { RoundContext } from "../strategy.js";
import { descriptionContract } from "../testing/description-contract.js";
import { createSelector, type SelectionOptions } from "./create-selector.js";
import { selectionDescription } from "./describe-selection.js";

type Options = Readonly<Record<string, unknown>>;

const { kind, minClients, overSelect, where, ...own } = selectionDescription.options;
const clients = Array.from({ length: 40 }, (_, i) => ({
  clientId: `c${i}`,
  numSamples: 1 + i,
  labels: { site: i % 2 === 0 ? "north" : "south" },
}));

/** Who is selected of many clients, and of few. */
function select(options: Options): unknown {
  const select = createSelector(options as unknown as SelectionOptions);
  const random = (purpose: string) => randomStream(1, purpose);
  const losses = Object.fromEntries(clients.map(({ clientId }, i) => [clientId, i]));
  return [clients, clients.slice(0, 1)].map((listed) => {
    try {
      return select({ round: 1, clients: listed, losses, random } as unknown as RoundContext);
    } catch (error) {
      return String(error);
    }
  });
}

/** Where each of the options belongs that not every kind has. */
const ofKind = {
  fraction: { fraction: own.fraction },
  poisson: { rate: own.rate },
  loss: { fraction: own.fraction },
  "power-of-choice": { fraction: own.fraction, candidates: own.candidates },
} as const;

describe("the description of a selection", () => {
  it.each(kind.choices)("is true of kind %s", (chosen) => {
    const special: Readonly<Record<string, object>> = ofKind[chosen];
    const needed = { kind: chosen, ...Object.fromEntries(Object.keys(special).map((name) => [name, 0.25])) };
    const options = { ...special, minClients, where, ...(chosen !== "poisson" && { overSelect }) };
    const [describesAll, , ...others] = descriptionContract({
      options: options as never,
      use: select,
      needed,
      undescribed: chosen === "poisson" ? ["kind", "overSelect"] : ["kind"],
    });
    describesAll?.run();
    if (chosen !== "power-of-choice") for (const { run } of others) run();
  });

  it("knows every kind, and what belongs to it", () => {
    expect(Object.keys(ofKind)).toEqual(kind.choices);
    expect(() => createSelector({} as SelectionOptions)).toThrow(`one of ${kind.choices.join(", ")}`);
    const described = new Set(Object.values(ofKind).flatMap((options) => Object.keys(options)));
    expect(described).toEqual(new Set(Object.keys(own)));
  });

  it("says when candidates are too few", () => {
    const options = { kind: "power-of-choice", fraction: 0.5 } as const;
    expect(() => createSelector({ ...options, candidates: 0.4 })).toThrow("at least 0.5");
    expect(own.candidates.about).toContain("at least the fraction");
  });
});
