import { MAX_NAME_LENGTH } from "@fedloom/protocol";

/** Names the event that was refused, so that its sender can let go of it. */
export function identityOf(refused: unknown): { runId?: string; source?: string; seq?: number } {
  const { data, meta } = (refused ?? {}) as {
    data?: { run_id?: unknown };
    meta?: { source?: unknown; seq?: unknown };
  };
  return {
    ...(typeof data?.run_id === "string" && { runId: data.run_id.slice(0, MAX_NAME_LENGTH) }),
    ...(typeof meta?.source === "string" && { source: meta.source.slice(0, MAX_NAME_LENGTH) }),
    ...(Number.isSafeInteger(meta?.seq) && { seq: meta?.seq as number }),
  };
}
