import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What a token lets its bearer do: watch, send events, join as a training client, or everything. */
export type Role = "viewer" | "publisher" | "client" | "admin";

/** What somebody may do. */
export interface Grant {
  role: Role;
  /** The only run it is for; every run when absent. */
  runId?: string | undefined;
}

/** A token as it is kept: its hash, never itself. */
export interface TokenRecord extends Grant {
  /** SHA-256 of the token, as 64 hexadecimal digits. */
  hash: string;
  /** When it stops to work, in ms since 1970; never when absent. */
  expiresAt?: number | undefined;
}

/** Says what the bearer of a token may do; undefined for a token that is unknown or no longer valid. */
export type Authenticate = (token: string) => Grant | undefined | Promise<Grant | undefined>;

/** Who may do anything: everybody on this machine, where no tokens are asked for. */
export const EVERYTHING: Grant = { role: "admin" };

/** Makes a token of 256 random bits, to be shown once, and the record to keep. */
export function createToken(grant: Grant): { token: string; record: TokenRecord } {
  const token = `fedloom_${randomBytes(32).toString("base64url")}`;
  return { token, record: { ...grant, hash: hashOf(token).toString("hex") } };
}

/** Checks tokens against records; every record is looked at, so that the time taken tells nothing. */
export function createTokenCheck(
  records: readonly TokenRecord[],
  now: () => number = Date.now,
): Authenticate {
  const known = records.map((record) => ({ record, hash: Buffer.from(record.hash, "hex") }));
  return (token) => {
    const given = hashOf(token);
    let found: TokenRecord | undefined;
    for (const { record, hash } of known) {
      if (hash.length === given.length && timingSafeEqual(hash, given)) found = record;
    }
    if (!found || (found.expiresAt !== undefined && found.expiresAt <= now())) return undefined;
    return { role: found.role, runId: found.runId };
  };
}

export function mayView({ role, runId }: Grant, wanted: string | undefined): boolean {
  return (role === "viewer" || role === "admin") && (runId === undefined || runId === wanted);
}

export function mayPublish({ role, runId }: Grant, wanted: string | undefined): boolean {
  return (role === "publisher" || role === "admin") && (runId === undefined || runId === wanted);
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
