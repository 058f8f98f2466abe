/** What a client keeps between its rounds: one float32 vector of the layout's size, or part of it, for each purpose. */
export type ClientState = Readonly<Record<string, Float32Array>>;

/**
 * Where clients' states are kept: SCAFFOLD's control variates, private tensors. States have the round in which they were
 * made, so that a run that goes on from a checkpoint sees them as they were then: the two newest of each are kept.
 */
export interface ClientStates {
  /** The newest state that was made in a round before `round`; undefined if the client has none. */
  get(clientId: string, round: number): Promise<ClientState | undefined>;
  set(clientId: string, round: number, state: ClientState): Promise<void>;
}
