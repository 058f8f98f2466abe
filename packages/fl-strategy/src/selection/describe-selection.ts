import type { OptionDescription } from "../description.js";

const share = { kind: "number", min: 0, isAboveMin: true, max: 1 } as const;

/** The option `selection`, which every strategy takes. */
export const selectionDescription = {
  kind: "object",
  about: "Which clients train in a round; all that are available when absent.",
  options: {
    kind: {
      kind: "choice",
      about:
        "How clients are drawn. Fraction: a share of them, at random. Poisson: each by a coin of its own, which privacy accounting likes best. Loss: those with a large loss more often. Power of choice: those with the largest loss among some candidates. Has to be set where anything else of the selection is.",
      isRequired: true,
      choices: ["fraction", "poisson", "loss", "power-of-choice"],
    },
    fraction: {
      ...share,
      about:
        "Share of the available clients that train in a round: 1 when absent with kind fraction, needed with loss and power-of-choice, nothing for poisson.",
    },
    rate: {
      ...share,
      about: "Chance of each client to train in a round. Needed with kind poisson, and only there.",
    },
    candidates: {
      ...share,
      about:
        "Share of the available clients that is looked at, at least the fraction. Needed with kind power-of-choice, and only there.",
    },
    minClients: {
      kind: "integer",
      about:
        "Fewest available clients with which a round starts, and fewest that it asks; with kind poisson only the first.",
      min: 1,
      default: 1,
    },
    overSelect: {
      kind: "number",
      about:
        "So many times more clients are asked than needed, and the first to answer count: for clients that often fail. Not with kind poisson.",
      min: 1,
      default: 1,
    },
    where: {
      kind: "object",
      about: "Only clients that have these labels. Clients of a simulation have none.",
      example: { site: "north" },
    },
  },
} as const satisfies OptionDescription;
