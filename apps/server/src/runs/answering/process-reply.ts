import type { ServerErrorCode } from "../../errors.js";

/** What a process answers to one question: the answer, or why there is none. */
export type ProcessReply<Answer> =
  | { readonly answer: Answer }
  | {
      readonly refusal: {
        readonly code: ServerErrorCode;
        readonly message: string;
        readonly field?: string;
        readonly expected?: string;
        readonly received?: string;
      };
    }
  | { readonly error: string };
