import type { Subscription } from "@fedloom/protocol";
import type { Grant } from "./tokens.js";

/** The only thing that a socket shows. */
export type FixedSubscription = Pick<Subscription, "runId" | "types" | "hosts" | "severities">;

/** What a token sees of it: a token for one run sees that run's events, where runs are what the socket is about. */
export function narrowTo({ runId }: Grant, fixed: FixedSubscription): Subscription {
  const isOfRuns = fixed.types?.some((type) => type !== "system_metrics" && type !== "heartbeat") ?? true;
  return { ...fixed, runId: fixed.runId ?? (isOfRuns ? runId : undefined), snapshot: true };
}
