import { portableLog } from "../portable-math.js";
import type { RandomStream } from "../random.js";
import type { ClientInfo, RoundContext } from "../strategy.js";
import type { Selection } from "./selection.js";
import { type SelectionSize, sizeOf } from "./uniform.js";

/** A client that never reported a loss comes first: nothing is known that speaks against it. */
const lossOf = (context: RoundContext, { clientId }: ClientInfo): number =>
  Object.hasOwn(context.losses, clientId) ? (context.losses[clientId] as number) : Number.POSITIVE_INFINITY;

/** Picks without replacement, with chances proportional to the last reported loss. */
export function byLoss(fraction: number) {
  return (context: RoundContext, size: SelectionSize): Selection => {
    const { needed, asked } = sizeOf(context.clients.length, fraction, size);
    const weightOf = (client: ClientInfo) => Math.max(lossOf(context, client), 0);
    const picked = drawWeighted(context.clients, {
      count: asked,
      weightOf,
      random: context.random("selection"),
    });
    return selectionOf(picked, needed);
  };
}

/**
 * Power of choice with the last reported losses (Cho, Wang, Joshi 2020, arXiv 2010.01243, section 3, variant rpow-d): of
 * some candidates, drawn with chances proportional to their sample counts, those with the largest loss.
 */
export function powerOfChoice(fraction: number, candidates: number) {
  return (context: RoundContext, size: SelectionSize): Selection => {
    const { needed, asked } = sizeOf(context.clients.length, fraction, size);
    const count = Math.max(asked, Math.floor(candidates * context.clients.length + 1e-9));
    const weightOf = (client: ClientInfo) => client.numSamples;
    const drawn = drawWeighted(context.clients, { count, weightOf, random: context.random("selection") });
    // The draw's own order is random, and a stable sort keeps it among equal losses.
    const picked = drawn.sort((a, b) => descending(lossOf(context, a), lossOf(context, b))).slice(0, asked);
    return selectionOf(picked, needed);
  };
}

function selectionOf(picked: readonly ClientInfo[], needed: number): Selection {
  const clientIds = picked.map((client) => client.clientId);
  return picked.length > needed ? { clientIds, enough: needed } : { clientIds };
}

/**
 * Draws without replacement, each next one with chances proportional to weight (Efraimidis and Spirakis 2006): the
 * smallest of exponential waiting times -ln(u) / weight.
 */
function drawWeighted(
  clients: readonly ClientInfo[],
  options: { count: number; weightOf: (client: ClientInfo) => number; random: RandomStream },
): ClientInfo[] {
  const { count, weightOf, random } = options;
  const waiting = clients.map((client) => {
    const wait = -portableLog(1 - random.uniform());
    const weight = weightOf(client);
    // Infinite weights come first, in random order; weights of 0 come last.
    return weight === Number.POSITIVE_INFINITY
      ? { client, rank: 0, wait }
      : weight > 0
        ? { client, rank: 1, wait: wait / weight }
        : { client, rank: 2, wait };
  });
  waiting.sort((a, b) => a.rank - b.rank || a.wait - b.wait);
  return waiting.slice(0, count).map(({ client }) => client);
}

function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
