/** What the server tells a run's process. */
export type RunCommand =
  | {
      type: "start";
      runId: string;
      /** The run's config in its wire form. */
      config: Record<string, unknown>;
      relayUrl: string;
      progressDirectory: string;
    }
  | { type: "stop"; reason: string };

/** The source under which the server itself publishes events of a run whose process could not. */
export const SERVER_SOURCE = "server";
/** The source under which a run's process publishes. */
export const TRAINER_SOURCE = "trainer";
