import { StrategyError } from "../errors.js";
import type { RoundContext } from "../strategy.js";

/**
 * Picks max(floor(fraction N), minClients, 1) of the N available clients at random, without replacement: the random
 * set S_t of McMahan et al. 2017, Algorithm 1.
 * @throws StrategyError `too_few_clients` if fewer than `minClients` are available.
 */
export function selectFraction(
  context: RoundContext,
  { fraction, minClients }: { fraction: number; minClients: number },
): string[] {
  const ids = context.clients.map((client) => client.clientId);
  if (ids.length < Math.max(1, minClients)) {
    throw new StrategyError(
      "too_few_clients",
      `round ${context.round}: expected at least ${Math.max(1, minClients)} available clients, got ${ids.length}`,
    );
  }
  // 0.29 * 100 is 28.999999999999996: without the small term a client would be lost.
  const count = Math.max(Math.floor(fraction * ids.length + 1e-9), minClients, 1);
  return count >= ids.length ? ids : context.random("selection").shuffle(ids).slice(0, count);
}
