/** What the parts of the server tell of themselves; asked at each look, so each answers at once. */
export interface OperationParts {
  readonly database: { ping(): Promise<unknown> };
  /** Where the relay has a port of its own, or why it has none. */
  relayPort(): { readonly url: string } | { readonly problem: string; readonly isOff: boolean };
  events(): {
    /** Why the last write failed, until one succeeds. */
    readonly failure: string | undefined;
    /** Events that the relay has taken and the database has not. */
    readonly numWaiting: number;
    /** Of those, the ones that are in the spill file. */
    readonly numSpilled: number;
    /** Written since the start. */
    readonly numStored?: number | undefined;
    /** Lost to the database. */
    readonly numMissed: number;
  };
  runs(): { readonly numRunning: number; readonly numQueued: number; readonly numWaiting: number };
  alerts?(): { readonly numFiring?: number | undefined; readonly failure: string | undefined };
  system?(): { readonly numHosts?: number | undefined; readonly failure: string | undefined };
  /** Folder in which the server keeps its data. */
  readonly folder: string;
}
