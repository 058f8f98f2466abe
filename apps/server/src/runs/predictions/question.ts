import type { PredictionsQuery } from "@fedloom/protocol";
import type { ServerErrorCode } from "../../errors.js";

/** What the thread is asked. */
export interface PredictionQuestion {
  readonly runId: string;
  /** The checkpoint that was seen last; a newer one may have taken its place. */
  readonly checkpointId: string;
  /** Of the run, in its wire form. */
  readonly config: Record<string, unknown>;
  readonly query: PredictionsQuery;
}

/** What the thread answers: the answer as JSON, or why there is none. */
export type PredictionReply =
  | { readonly answer: Uint8Array }
  | {
      readonly refusal: {
        readonly code: ServerErrorCode;
        readonly message: string;
        readonly field?: string | undefined;
        readonly expected?: string | undefined;
        readonly received?: string | undefined;
      };
    }
  | { readonly error: string };
