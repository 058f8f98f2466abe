import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What a token lets its bearer do: watch, send events, join as a training client, or everything. */
export type Role = "viewer" | "publisher" | "client" | "admin";

/** What somebody may do. */
export interface Grant {
  role: Role;
  /** The only run it is for; every run when absent. */
  runId?: string | undefined;
  /** The only project it is for; every one when absent. */
  project?: string | undefined;
  /** By which it can be revoked. */
  tokenId?: string | undefined;
  /** When it stops to work, in ms since 1970; never when absent. */
  expiresAt?: number | undefined;
}

/** A token as it is kept: its hash, never itself. */
export interface TokenRecord extends Grant {
  /** SHA-256 of the token, as 64 hexadecimal digits. */
  hash: string;
}

/** Says what the bearer of a token may do; undefined for a token that is unknown or no longer valid. */
export type Authenticate = (token: string) => Promise<Grant | undefined>;

/** Who may do anything: everybody on this machine, where no tokens are asked for. */
export const EVERYTHING: Grant = { role: "admin" };

/** Makes a token of 256 random bits, to be shown once, and the record to keep. */
export function createToken(grant: Grant): { token: string; record: TokenRecord } {
  const token = `fedloom_${randomBytes(32).toString("base64url")}`;
  return { token, record: { ...grant, hash: hashToken(token) } };
}

/** Makes a name for a token, by which it is listed and revoked. */
export function createTokenId(): string {
  return randomBytes(6).toString("hex");
}

/** Checks tokens against records; every record is looked at, so that the time taken tells nothing. */
export function createTokenCheck(
  records: readonly TokenRecord[],
  now: () => number = Date.now,
): Authenticate {
  const known = records.map((record) => ({ record, hash: Buffer.from(record.hash, "hex") }));
  return async (token) => {
    const given = hashOf(token);
    let found: TokenRecord | undefined;
    for (const { record, hash } of known) {
      if (hash.length === given.length && timingSafeEqual(hash, given)) found = record;
    }
    if (!found || (found.expiresAt !== undefined && found.expiresAt <= now())) return undefined;
    const { hash: _, ...grant } = found;
    return grant;
  };
}

/** Whether a token may read events, of what it is for. */
export function maySee({ role }: Grant): boolean {
  return role === "viewer" || role === "admin";
}

/** Whether a token may send events, of what it is for. */
export function maySend({ role }: Grant): boolean {
  return role === "publisher" || role === "admin";
}

/** Whether a run, or everything, is what a token is for; of what project the run is must be seen as well. */
export function covers({ runId }: Grant, wanted: string | undefined): boolean {
  return runId === undefined || runId === wanted;
}

/** Whether a token is for no run and no project alone. */
export function isForEverything({ runId, project }: Grant): boolean {
  return runId === undefined && project === undefined;
}

/** SHA-256 of a token, as 64 hexadecimal digits; what is kept of it. */
export function hashToken(token: string): string {
  return hashOf(token).toString("hex");
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
