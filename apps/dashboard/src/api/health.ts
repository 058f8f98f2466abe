import { type HealthReport, healthReport } from "@fedloom/protocol";
import { request } from "./request.js";
import { take } from "./take.js";

/** How the server and each of its parts are. */
export async function getHealth(signal?: AbortSignal): Promise<HealthReport> {
  return take(healthReport.decode(await request("/health", { signal })));
}
