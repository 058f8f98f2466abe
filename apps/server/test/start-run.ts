import { expect } from "vitest";
import type { BuiltServer } from "./start-built-server.js";

/** A short federated run whose rounds take long enough to be interrupted. */
export const SHORT_RUN = {
  data: "synthetic-xrays",
  data_options: { num_train: 240, num_val: 60, num_test: 60 },
  num_rounds: 4,
  num_clients: 2,
  partition: "iid",
  engine: "wasm",
} as const;

/** Starts a run over the API; answers its id. */
export async function startRun(
  server: Pick<BuiltServer, "url">,
  config: Record<string, unknown> = SHORT_RUN,
): Promise<string> {
  const response = await fetch(`${server.url}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(config),
  });
  const body = (await response.json()) as { run_id: string };
  expect(response.status, JSON.stringify(body)).toBe(201);
  return body.run_id;
}
