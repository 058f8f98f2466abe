import type { TokenRow } from "@fedloom/db";
import { table } from "../runs/table.js";

/** Tokens as a table, newest first as they come. */
export function tableOfTokens(tokens: readonly TokenRow[], now: Date): string[] {
  const rows = tokens.map((token) => [
    token.tokenId,
    token.role,
    scopeOf(token),
    stateOf(token, now),
    time(token.lastUsedAt),
    time(token.createdAt),
    token.label,
  ]);
  return table(["token", "role", "only for", "state", "last used (UTC)", "created (UTC)", "label"], rows);
}

function scopeOf({ runId, project }: TokenRow): string {
  const parts = [runId && `run ${runId}`, project && `project ${project}`];
  return parts.filter((part) => part !== undefined).join(", ");
}

function stateOf({ revokedAt, expiresAt }: TokenRow, now: Date): string {
  if (revokedAt !== undefined) return `revoked ${time(revokedAt)}`;
  if (expiresAt === undefined) return "valid";
  return Date.parse(expiresAt) <= now.getTime()
    ? `over since ${time(expiresAt)}`
    : `valid until ${time(expiresAt)}`;
}

function time(iso: string | undefined): string {
  return iso === undefined ? "" : iso.slice(0, 16).replace("T", " ");
}
