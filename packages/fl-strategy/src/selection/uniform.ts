import type { RoundContext } from "../strategy.js";
import type { Selection } from "./selection.js";

export interface SelectionSize {
  readonly minClients: number;
  readonly overSelect: number;
}

/** How many of `available` clients a round needs, and how many it asks. */
export function sizeOf(available: number, fraction: number, { minClients, overSelect }: SelectionSize) {
  // 0.29 * 100 is 28.999999999999996: without the small term a client would be lost.
  const needed = Math.max(Math.floor(fraction * available + 1e-9), minClients, 1);
  return { needed, asked: Math.min(available, Math.ceil(needed * overSelect - 1e-9)) };
}

/**
 * Picks max(floor(fraction N), minClients) of the N available clients at random, without replacement: the random set S_t
 * of McMahan et al. 2017, Algorithm 1.
 */
export function uniform(fraction: number) {
  return (context: RoundContext, size: SelectionSize): Selection => {
    const ids = context.clients.map((client) => client.clientId);
    const { needed, asked } = sizeOf(ids.length, fraction, size);
    const clientIds = asked >= ids.length ? ids : context.random("selection").shuffle(ids).slice(0, asked);
    if (asked > needed) return { clientIds, enough: needed };
    return { clientIds, sampling: { kind: "fixed-size", population: ids.length, planned: needed } };
  };
}

/** Picks each client by a coin of its own: the sampling of McMahan et al. 2018 (arXiv 1710.06963). */
export function poisson(rate: number) {
  return (context: RoundContext): Selection => {
    const ids = context.clients.map((client) => client.clientId);
    const random = context.random("selection");
    return {
      clientIds: ids.filter(() => random.uniform() < rate),
      sampling: { kind: "poisson", rate, planned: rate * ids.length },
    };
  };
}
