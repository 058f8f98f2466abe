import { setTimeout as delay } from "node:timers/promises";
import { DbError } from "@fedloom/db";
import { TrainerError } from "@fedloom/trainer-core";

export interface RetryOptions {
  /** How long to go on trying, in ms. */
  readonly limitMs: number;
  /** Gives up at once. */
  readonly signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Does what the database may refuse for a while, again and again until it works.
 * @throws the last error after the limit; at once what no other try can change.
 */
export async function retrying<Result>(
  body: () => Promise<Result>,
  { limitMs, signal }: RetryOptions,
): Promise<Result> {
  const deadline = performance.now() + limitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await body();
    } catch (error) {
      if (isFinal(error) || signal?.aborted || performance.now() + pauseMs > deadline) throw error;
    }
    await delay(pauseMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
  }
}

/** What no other try can change. */
function isFinal(error: unknown): boolean {
  return error instanceof TrainerError || (error instanceof DbError && FINAL.has(error.code));
}

const FINAL: ReadonlySet<DbError["code"]> = new Set(["lease_lost", "checkpoint_damaged", "version_mismatch"]);

/** Why something did not work, in a few words: what the query builder says has all of the query in it. */
export function reasonOf(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && !(inner instanceof DbError) && inner.cause instanceof Error)
    inner = inner.cause;
  const message = inner instanceof Error ? inner.message : String(inner);
  return message.slice(0, 300);
}
