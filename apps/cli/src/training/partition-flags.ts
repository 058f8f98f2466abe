import type { Flag } from "../command.js";

/** How samples are dealt out. Apart from what reads them, which loads what trains. */
export const PARTITION_FLAGS: Readonly<Record<string, Flag>> = {
  clients: { help: "how many clients (5; natural: one for each group)", type: "number" },
  partition: {
    help: "iid, dirichlet, dirichlet-per-client, shards, pathological, quantity, power-law, natural, feature (dirichlet)",
    type: "text",
  },
  alpha: { help: "concentration of the Dirichlet kinds and of quantity (0.5)", type: "number" },
  balance: { help: "dirichlet: no more samples to clients that have an equal part", type: "switch" },
  "min-size": { help: "dirichlet, quantity (10), power-law (1): fewest samples of a client", type: "number" },
  "max-tries": { help: "dirichlet, quantity: draws before giving up (10)", type: "number" },
  "shards-per-client": { help: "shards: of each client (2)", type: "number" },
  "classes-per-client": { help: "pathological: of each client (2)", type: "number" },
  exponent: { help: "power-law: the i-th client's size goes with i to this (1)", type: "number" },
  groups: { help: "natural: file with the group of each training sample, one a line", type: "text" },
  noise: { help: "feature: noise of the last client, as a standard deviation", type: "number" },
  brightness: { help: "feature: most that brightness differs, each way", type: "number" },
  contrast: { help: "feature: most that contrast's factor differs from 1, each way", type: "number" },
  rotation: { help: "feature: most degrees by which images are turned, each way", type: "number" },
};
