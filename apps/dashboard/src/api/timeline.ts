import { type TimelineAnswer, timelineAnswer } from "@fedloom/protocol";
import { ApiError } from "./errors.js";
import { request } from "./request.js";
import { runApiPath } from "./run-path.js";

/** How all clients ended in some rounds, both included, page by page of clients. Throws ApiError. */
export async function* timelineOf(
  runId: string,
  { from, to }: { from: number; to: number },
  signal?: AbortSignal,
): AsyncGenerator<TimelineAnswer> {
  for (let after: string | null = ""; after !== null; ) {
    const search = new URLSearchParams({ from: String(from), to: String(to), after });
    const read = timelineAnswer.safeParse(
      await request(`${runApiPath(runId)}/timeline?${search}`, { signal }),
    );
    if (!read.success) {
      const message = `the server answered what this page cannot read: ${read.error.message}`;
      throw new ApiError(message, { status: 200, code: "unreadable_answer", cause: read.error });
    }
    yield read.data;
    const { next }: TimelineAnswer = read.data;
    // An id that does not rise would be asked for ever.
    after = next !== null && next !== after ? next : null;
  }
}
