/** The clients of a round, and how they came to be picked. */
export interface Selection {
  /** Each once. */
  readonly clientIds: readonly string[];
  /** As soon as so many updates are accepted, the round need not wait for more; default: for all. */
  readonly enough?: number;
  /** What privacy accounting needs to know; absent where a client's chance depends on more than a coin or a draw. */
  readonly sampling?: Sampling;
}

/**
 * How clients were sampled: each by its own coin (Poisson), or a fixed number of them without replacement. `planned` is
 * the expected number of clients.
 */
export type Sampling =
  | { readonly kind: "poisson"; readonly rate: number; readonly planned: number }
  | { readonly kind: "fixed-size"; readonly population: number; readonly planned: number };
