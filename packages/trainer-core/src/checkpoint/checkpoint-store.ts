/** Which of a run's checkpoints: the newest, or that of the best round or epoch. */
export type CheckpointKind = "last" | "best";

/** Where a checkpoint is, as a path or by an id. */
export interface CheckpointPlace {
  readonly path?: string;
  readonly id?: string;
}

/** Keeps a run's checkpoints, in files, in a database or elsewhere. */
export interface CheckpointStore {
  /**
   * Replaces the checkpoint of this kind as a whole: the one before stays until the new one is safe. `step` is the round
   * or epoch that it closes.
   */
  save(kind: CheckpointKind, bytes: Uint8Array, step: number): Promise<CheckpointPlace>;
  /** The bytes as they were saved; undefined if there are none. */
  load(kind: CheckpointKind): Promise<Uint8Array | undefined>;
}
