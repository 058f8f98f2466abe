import { readFileSync } from "node:fs";
import type { Role, TokenRecord } from "@fedloom/relay";
import { CliError } from "./errors.js";

export const ROLES: readonly Role[] = ["viewer", "publisher", "client", "admin"];

/** A record as a line of a token file. */
export function toTokenLine({ role, hash, runId, expiresAt }: TokenRecord): string {
  return `${JSON.stringify({ role, hash, run_id: runId, expires_at: expiresAt })}\n`;
}

/**
 * Reads a token file: one record a line, empty lines passed over.
 * @throws CliError `token_file` that names file, line and field.
 */
export function readTokenFile(path: string): TokenRecord[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError("token_file", `${path}: expected a readable token file: ${(cause as Error).message}`, {
      cause,
    });
  }
  return text
    .split("\n")
    .flatMap((line, index) => (line.trim() ? [parseLine(line, `${path}:${index + 1}`)] : []));
}

function parseLine(line: string, place: string): TokenRecord {
  const refuse = (field: string, expected: string, received: unknown): never => {
    const got = received === undefined ? "nothing" : JSON.stringify(received);
    throw new CliError("token_file", `${place}: ${field}: expected ${expected}, received ${got}`);
  };
  let record: Record<string, unknown>;
  try {
    record = Object(JSON.parse(line)) as Record<string, unknown>;
  } catch {
    return refuse("line", "JSON", line.slice(0, 40));
  }
  const { role, hash, run_id: runId, expires_at: expiresAt } = record;
  if (!ROLES.includes(role as Role)) refuse("role", ROLES.join(" or "), role);
  if (typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash)) refuse("hash", "64 hexadecimal digits", hash);
  if (runId !== undefined && typeof runId !== "string") refuse("run_id", "a run's id", runId);
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt))
    refuse("expires_at", "ms since 1970", expiresAt);
  return {
    role: role as Role,
    hash: hash as string,
    runId: runId as string | undefined,
    expiresAt: expiresAt as number | undefined,
  };
}
