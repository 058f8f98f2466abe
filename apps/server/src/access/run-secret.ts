import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Grant } from "@fedloom/relay";

/** Lets the processes of runs publish, each its own run. */
export interface RunSecret {
  /** Why the secret is not kept, so that it ends with this server. */
  readonly problem: string | undefined;
  /** A publisher's token for one run; the same whenever it is asked for. */
  tokenFor(runId: string): string;
  /** What a token of this kind lets its bearer do; undefined for every other. */
  grantOf(token: string): Grant | undefined;
}

const FILE = "secret";
const TOKEN = /^fedloom_run_([0-7][0-9A-HJKMNP-TV-Z]{25})_[A-Za-z0-9_-]{43}$/;

/**
 * Opens the secret that a data folder keeps, made when it is missing, readable by nobody else. A run that outlives its
 * server thus has a token that the next one knows.
 */
export function openRunSecret(dataDirectory: string): RunSecret {
  const { secret, problem } = readOrMake(dataDirectory);
  const tokenFor = (runId: string) =>
    `fedloom_run_${runId}_${createHmac("sha256", secret).update(runId).digest("base64url")}`;
  return {
    problem,
    tokenFor,
    grantOf(token) {
      const runId = TOKEN.exec(token)?.[1];
      if (runId === undefined) return undefined;
      const isRight = timingSafeEqual(Buffer.from(token), Buffer.from(tokenFor(runId)));
      return isRight ? { role: "publisher", runId } : undefined;
    },
  };
}

function readOrMake(folder: string): { secret: Buffer; problem: string | undefined } {
  const path = join(folder, FILE);
  const made = randomBytes(32);
  try {
    const kept = read(path);
    if (kept) return { secret: kept, problem: undefined };
    mkdirSync(folder, { recursive: true });
    return { secret: place(path, made), problem: undefined };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { secret: made, problem: `no secret could be kept in the data folder (${code})` };
  }
}

/** Undefined when there is none, or what is there is not whole. */
function read(path: string): Buffer | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return /^[0-9a-f]{64}\n$/.test(text) ? Buffer.from(text, "hex") : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Puts a whole file in place; of servers that start together the first one's stays. */
function place(path: string, secret: Buffer): Buffer {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${secret.toString("hex")}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const kept = read(path);
    if (kept) return kept;
    renameSync(draft, path);
    return secret;
  } finally {
    rmSync(draft, { force: true });
  }
}
