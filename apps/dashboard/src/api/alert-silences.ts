import { type AlertSilence, alertSilence } from "@fedloom/protocol";
import { request } from "./request.js";
import { take } from "./take.js";

const SILENCES = "/api/alerts/silences";

/** Silences that are not over. */
export async function listSilences(signal?: AbortSignal): Promise<AlertSilence[]> {
  const answer = (await request(SILENCES, { signal })) as { silences?: unknown[] };
  return (answer.silences ?? []).map((silence) => take(alertSilence.decode(silence)));
}

/** A silence to be, with wire names inside its matcher. */
export interface NewSilence {
  matcher: Record<string, unknown>;
  comment: string;
  /** ISO 8601. */
  ends_at: string;
}

export async function addSilence(silence: NewSilence): Promise<void> {
  await request(SILENCES, { body: silence });
}

/** Ends a silence early. */
export async function endSilence(silenceId: string): Promise<void> {
  await request(`${SILENCES}/${encodeURIComponent(silenceId)}`, { method: "DELETE" });
}
