import type { ClientInfo } from "@fedloom/fl-strategy";
import type { Samples } from "../data/dataset.js";
import { TrainerError } from "../errors.js";

/** Who has which samples of one data set. */
export interface SimulatedClientsOptions {
  /** A data set, or only samples to train on. */
  readonly data: { readonly train: Samples; readonly val?: Samples; readonly test?: Samples };
  /** For each client the indices of its samples in `data.train`. */
  readonly shares: readonly Uint32Array[];
  /** For each client the indices in `data.train` that it evaluates on; default none. */
  readonly holdouts?: readonly Uint32Array[];
}

/** The clients `client-1`, `client-2` … of a partition. */
export interface SimulatedClients {
  readonly infos: readonly ClientInfo[];
  /** The client's place among the shares. @throws TrainerError `invalid_option` for a client that is not there. */
  placeOf(clientId: string): number;
  /** 0 for a client that is not there. */
  numSamplesOf(clientId: string): number;
  /** @throws TrainerError `invalid_option` for a client that is not there or has none. */
  holdoutPlaceOf(clientId: string): number;
}

/**
 * Checks shares and names the clients.
 * @throws TrainerError `invalid_option` if there is no share, one is empty, or an index is not of a sample.
 */
export function createSimulatedClients(options: SimulatedClientsOptions): SimulatedClients {
  const { data, shares, holdouts } = options;
  const { numSamples } = data.train;
  if (shares.length === 0) throw invalid("shares: expected at least one, got none");
  if (holdouts && holdouts.length !== shares.length) {
    throw invalid(`holdouts: expected ${shares.length}, one for each client, got ${holdouts.length}`);
  }
  // Padded, so that the order of ids, which is the order of folding, is the order of numbers.
  const digits = String(shares.length).length;
  const infos = shares.map((share, i) => ({
    clientId: `client-${String(i + 1).padStart(digits, "0")}`,
    numSamples: share.length,
  }));
  for (const [i, { clientId }] of infos.entries()) {
    const share = shares[i] as Uint32Array;
    if (share.length === 0) throw invalid(`shares: expected at least one sample for ${clientId}, got none`);
    requireIndices(`shares: ${clientId}`, share, numSamples);
    if (holdouts) requireIndices(`holdouts: ${clientId}`, holdouts[i] as Uint32Array, numSamples);
  }
  const places = new Map(infos.map(({ clientId }, place) => [clientId, place]));
  const placeOf = (clientId: string) => {
    const place = places.get(clientId);
    if (place === undefined) throw invalid(`clientId: expected one of this pool, got "${clientId}"`);
    return place;
  };
  return {
    infos,
    placeOf,
    numSamplesOf: (clientId) => shares[places.get(clientId) ?? -1]?.length ?? 0,
    holdoutPlaceOf(clientId) {
      const place = placeOf(clientId);
      if (holdouts?.[place]?.length) return place;
      throw invalid(`holdouts: expected samples for ${clientId}, got none`);
    },
  };
}

function requireIndices(field: string, indices: Uint32Array, numSamples: number): void {
  for (const index of indices) {
    if (index >= numSamples) throw invalid(`${field}: expected indices in [0, ${numSamples}), got ${index}`);
  }
}

function invalid(message: string): TrainerError {
  return new TrainerError("invalid_option", message);
}
