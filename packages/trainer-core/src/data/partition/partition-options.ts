interface Dealt {
  /** At most one client for each sample. */
  readonly numClients: number;
  /** Equal seeds give equal partitions, on every machine. */
  readonly seed: number;
}

interface Drawn extends Dealt {
  /** Fewest samples of a client; a draw that leaves one with fewer is thrown away. Default 10. */
  readonly minSize?: number;
  /** Draws before giving up; default 10. */
  readonly maxTries?: number;
}

/** Equal parts of the shuffled samples: sizes differ by one at most. */
export interface IidOptions extends Dealt {
  readonly kind: "iid";
}

/**
 * Each class is dealt out by its own draw from Dir(alpha) over the clients, so that sizes differ as well as classes
 * (Yurochkin et al., "Bayesian Nonparametric Federated Learning", 2019; Li, Diao, Chen, He: "Federated Learning on
 * Non-IID Data Silos", 2022).
 */
export interface DirichletOptions extends Drawn {
  readonly kind: "dirichlet";
  /** Concentration > 0: the smaller, the more the clients' shares of a class differ. */
  readonly alpha: number;
  /** Clients that have an equal part already get nothing of the classes that follow, as in Li et al.'s code. Default false. */
  readonly balance?: boolean;
}

/**
 * Each client's mixture of classes is a draw of its own from a Dirichlet distribution around the whole's mixture, and
 * sizes are equal (Hsu, Qi, Brown: "Measuring the Effects of Non-Identical Data Distribution", 2019).
 */
export interface DirichletPerClientOptions extends Dealt {
  readonly kind: "dirichlet-per-client";
  /** Concentration of a class of average size, > 0; Hsu et al.'s alpha is this times the number of classes. */
  readonly alpha: number;
}

/**
 * The samples sorted by class, cut into equal shards, some shards to each client by chance (McMahan et al.,
 * "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017, section 3).
 */
export interface ShardsOptions extends Dealt {
  readonly kind: "shards";
  /** Default 2. */
  readonly shardsPerClient?: number;
}

/**
 * Each client holds some classes only, and a class is shared equally among those who hold it (Li et al., 2022, "#C = k").
 * Every class is held by as many clients as any other, or one more.
 */
export interface PathologicalOptions extends Dealt {
  readonly kind: "pathological";
  readonly classesPerClient: number;
}

/** Sizes are a draw from Dir(alpha), classes are as in the whole (Li et al., 2022, "quantity skew"). */
export interface QuantityOptions extends Drawn {
  readonly kind: "quantity";
  /** Concentration > 0: the smaller, the more the sizes differ. */
  readonly alpha: number;
}

/** The i-th client's size is in proportion to i^exponent, classes are as in the whole: 1 is linear, 0 is equal. */
export interface PowerLawOptions extends Dealt {
  readonly kind: "power-law";
  readonly exponent: number;
  /** Fewest samples of a client; default 1. */
  readonly minSize?: number;
}

/** Each group of samples is a client, such as a hospital or a writer, in the order of the groups' names or numbers. */
export interface NaturalOptions {
  readonly kind: "natural";
  /** Of each sample: all strings, or all numbers. */
  readonly groups: ArrayLike<string> | ArrayLike<number>;
  /** Fewer clients than groups: whole groups are put together, to clients of sizes as equal as goes. Default one each. */
  readonly numClients?: number;
}

/** Equal parts as in `iid`, whose samples look different from client to client: see `featureTransforms`. */
export interface FeatureOptions extends Dealt, FeatureSkew {
  readonly kind: "feature";
}

/** How far clients' inputs are apart; every part defaults to 0, which is not at all. */
export interface FeatureSkew {
  /** Standard deviation of the noise of the last client, in units of the values; the i-th of N has i/N of it. */
  readonly noise?: number;
  /** Brightness added, evenly spaced over the clients from minus this to this. */
  readonly brightness?: number;
  /** Contrast's factor, evenly spaced over the clients from 1 minus this to 1 plus this; in [0, 1]. */
  readonly contrast?: number;
  /** Degrees by which images are turned, evenly spaced over the clients from minus this to this; in [0, 180]. */
  readonly rotation?: number;
}

/** How samples are dealt out to clients. */
export type PartitionOptions =
  | IidOptions
  | DirichletOptions
  | DirichletPerClientOptions
  | ShardsOptions
  | PathologicalOptions
  | QuantityOptions
  | PowerLawOptions
  | NaturalOptions
  | FeatureOptions;

export type PartitionKind = PartitionOptions["kind"];
