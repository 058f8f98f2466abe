import type { Description, OptionDescription } from "@fedloom/fl-strategy";
import type { PartitionKind } from "./partition-options.js";

const alpha: OptionDescription = {
  kind: "number",
  about: "How alike clients are: at 0.1 they differ much, at 1 somewhat, at 100 hardly.",
  min: 0,
  isAboveMin: true,
  default: 0.5,
};
const drawn = {
  minSize: {
    kind: "integer",
    about: "Fewest samples of a client: a draw that leaves one with fewer is thrown away.",
    min: 1,
    default: 10,
  },
  maxTries: { kind: "integer", about: "Draws before giving up.", min: 1, default: 10 },
} as const satisfies Record<string, OptionDescription>;
const level = { kind: "number", min: 0, default: 0 } as const;

/** Every partition that plain data can ask for, with its options beside the number of clients and the seed. */
export const partitionDescriptions: Readonly<Record<Exclude<PartitionKind, "natural">, Description>> = {
  iid: {
    title: "Even (IID)",
    about: "Equal parts of the shuffled samples: clients are alike. The easy case, to compare others with.",
    options: {},
  },
  dirichlet: {
    title: "Dirichlet",
    about:
      "Each class is dealt out by a random draw of its own, so that clients differ in size and in their classes, as hospitals do. The usual choice.",
    options: {
      alpha,
      ...drawn,
      balance: {
        kind: "boolean",
        about: "Clients that have an equal part already get nothing of the classes that follow.",
        default: false,
      },
    },
  },
  "dirichlet-per-client": {
    title: "Dirichlet, equal sizes",
    about: "Each client draws its own mixture of classes; all have equally many samples.",
    options: { alpha },
  },
  shards: {
    title: "Shards",
    about:
      "The samples sorted by class, cut into equal shards, some to each client by chance: most clients see a few classes only. The first FedAvg paper's way.",
    options: {
      shardsPerClient: {
        kind: "integer",
        about: "Shards of each client: the fewer, the fewer classes it sees.",
        min: 1,
        default: 2,
      },
    },
  },
  pathological: {
    title: "A few classes each",
    about:
      "Each client holds some classes only, and a class is shared equally among those who hold it. The hard case.",
    options: {
      classesPerClient: {
        kind: "integer",
        about: "Classes of each client: at most as many as there are, and enough that somebody holds each.",
        min: 1,
        default: 2,
      },
    },
  },
  quantity: {
    title: "Unequal sizes, drawn",
    about: "Clients differ in size by a random draw, and have the same mixture of classes.",
    options: {
      alpha: { ...alpha, about: "How alike sizes are: at 0.1 they differ much, at 100 hardly." },
      ...drawn,
    },
  },
  "power-law": {
    title: "Unequal sizes, rising",
    about: "Clients have the same mixture of classes, and each is larger than the one before.",
    options: {
      exponent: {
        kind: "number",
        about:
          "How fast sizes rise: 0 for equal ones, 1 for a straight line, more for a few that have nearly all.",
        min: 0,
        default: 1,
      },
      minSize: { kind: "integer", about: "Fewest samples of a client.", min: 1, default: 1 },
    },
  },
  feature: {
    title: "Inputs that look different",
    about:
      "Equal parts, whose values differ from client to client, as pictures of several machines do. Needs one of its options at least.",
    options: {
      noise: {
        ...level,
        about:
          "Standard deviation of the noise of the last client, in units of the values; earlier ones have less.",
      },
      brightness: {
        ...level,
        about: "Brightness added: from minus this to this, spread evenly over the clients.",
      },
      contrast: {
        ...level,
        max: 1,
        about: "Contrast's factor: from 1 minus this to 1 plus this, spread evenly over the clients.",
      },
      rotation: {
        ...level,
        max: 180,
        about: "Degrees by which images are turned: from minus this to this, spread evenly over the clients.",
      },
    },
  },
};
