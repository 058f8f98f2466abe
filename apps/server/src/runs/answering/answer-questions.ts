import { ServerError } from "../../errors.js";
import { reasonOf } from "../child/retrying.js";
import type { ProcessReply } from "./process-reply.js";

/** In a process that `keepProcess` keeps: answers each question; a ServerError becomes a refusal for whoever asked. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on("message", async (question: Question) => {
    const reply = await replyTo(() => answer(question));
    process.send?.(reply, undefined, undefined, () => {});
  });
  // Its server is gone.
  process.once("disconnect", () => process.exit());
}

async function replyTo<Answer>(body: () => Promise<Answer>): Promise<ProcessReply<Answer>> {
  try {
    return { answer: await body() };
  } catch (error) {
    if (!(error instanceof ServerError)) return { error: reasonOf(error) };
    const { code, message, field, expected, received } = error;
    return {
      refusal: {
        code,
        message,
        ...(field !== undefined && { field }),
        ...(expected !== undefined && { expected }),
        ...(received !== undefined && { received }),
      },
    };
  }
}
