import { StrategyError } from "../errors.js";
import { refuseOption, requireKnownOptions, requireNumber, requireOneOf } from "../require-option.js";
import type { ClientInfo, RoundContext } from "../strategy.js";
import { byLoss, powerOfChoice } from "./by-loss.js";
import type { Selection } from "./selection.js";
import { poisson, uniform } from "./uniform.js";

/** Which clients train in a round. */
export type Selector = (context: RoundContext) => Selection;

/** How clients are selected, as plain data. */
export type SelectionOptions = CommonSelectionOptions &
  (
    | {
        /** `fraction` of the available clients, at least `minClients` of them, drawn without replacement. */
        readonly kind: "fraction";
        /** In (0, 1]; default 1. */
        readonly fraction?: number;
      }
    | {
        /** Each client by a coin of its own: what privacy accounting assumes at its best. */
        readonly kind: "poisson";
        /** Chance of a client, in (0, 1]. */
        readonly rate: number;
      }
    | {
        /** `fraction` of the clients, without replacement, with chances proportional to their last loss. */
        readonly kind: "loss";
        readonly fraction: number;
      }
    | {
        /** The `fraction` with the largest last loss among `candidates` clients drawn by their sample counts. */
        readonly kind: "power-of-choice";
        readonly fraction: number;
        /** Share of the available clients that is looked at, in [fraction, 1]. */
        readonly candidates: number;
      }
  );

interface CommonSelectionOptions {
  /** Fewest clients with which a round starts; default 1. */
  readonly minClients?: number;
  /** Only clients with these labels. */
  readonly where?: Readonly<Record<string, string>>;
  /** So many times more clients are asked than needed, and the first to answer count; default 1. Not for `poisson`. */
  readonly overSelect?: number;
}

const keys = ["kind", "minClients", "where", "overSelect"];
const ownKeys = {
  fraction: ["fraction"],
  poisson: ["rate"],
  loss: ["fraction"],
  "power-of-choice": ["fraction", "candidates"],
} as const;

/**
 * Makes a selector from plain data; a function is taken as it is.
 * @throws StrategyError `invalid_option` that names field, expected and received.
 */
export function createSelector(options: SelectionOptions | Selector = { kind: "fraction" }): Selector {
  if (typeof options === "function") return options;
  if (typeof options !== "object" || options === null) {
    refuseOption("selection", "an object with a kind", options);
  }
  const kind = requireOneOf("selection.kind", options.kind, Object.keys(ownKeys) as (keyof typeof ownKeys)[]);
  requireKnownOptions("selection", options, [...keys, ...ownKeys[kind]]);
  const { minClients = 1, where, overSelect = 1 } = options;
  requireNumber("selection.minClients", minClients, "an integer >= 1");
  requireNumber("selection.overSelect", overSelect, "a number >= 1");
  if (where !== undefined) requireLabels(where);
  const choose = chooserOf(options);
  return (context) => {
    const available = where ? context.clients.filter((client) => hasLabels(client, where)) : context.clients;
    if (available.length < minClients) {
      const kind = where ? `clients with the labels ${JSON.stringify(where)}` : "available clients";
      throw new StrategyError(
        "too_few_clients",
        `round ${context.round}: expected at least ${minClients} ${kind}, got ${available.length}`,
      );
    }
    return choose({ ...context, clients: available }, { minClients, overSelect });
  };
}

function chooserOf(options: SelectionOptions) {
  const share = (name: string, value: unknown) =>
    requireNumber(`selection.${name}`, value, "a number in (0, 1]");
  switch (options.kind) {
    case "fraction":
      return uniform(share("fraction", options.fraction ?? 1));
    case "poisson":
      if (options.overSelect !== undefined) {
        refuseOption("selection.overSelect", 'none with kind "poisson"', options.overSelect);
      }
      return poisson(share("rate", options.rate));
    case "loss":
      return byLoss(share("fraction", options.fraction));
    case "power-of-choice": {
      const fraction = share("fraction", options.fraction);
      const candidates = share("candidates", options.candidates);
      if (candidates < fraction) refuseOption("selection.candidates", `at least ${fraction}`, candidates);
      return powerOfChoice(fraction, candidates);
    }
  }
}

/** A label that is no string would match nobody, in silence. */
function requireLabels(where: unknown): void {
  if (typeof where !== "object" || where === null || Array.isArray(where)) {
    refuseOption("selection.where", "an object of labels", where);
  }
  for (const [name, value] of Object.entries(where)) {
    if (typeof value !== "string") refuseOption(`selection.where.${name}`, "a string", value);
  }
}

function hasLabels({ labels = {} }: ClientInfo, where: Readonly<Record<string, string>>): boolean {
  return Object.entries(where).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );
}
