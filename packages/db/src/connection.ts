import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { DbError } from "./errors.js";

/** Where a PostgreSQL is, and as whom to speak to it. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user?: string;
  readonly password?: string;
  /** Everything above in one, and more; takes their place. */
  readonly url?: string;
}

/** A pool of connections. */
export interface Connection {
  readonly queries: PostgresJsDatabase;
  close(): Promise<void>;
}

const POOL_SIZE = 4;
const CONNECT_SECONDS = 10;
const CLOSE_SECONDS = 5;

/** Opens a pool; connections are made when they are needed. */
export function connect(options: ConnectionOptions, poolSize = POOL_SIZE): Connection {
  const settings = { max: poolSize, connect_timeout: CONNECT_SECONDS, onnotice: () => {} };
  const { url, ...parts } = options;
  const client = url ? postgres(url, settings) : postgres({ ...parts, ...settings });
  return {
    queries: drizzle({ client }),
    close: () => client.end({ timeout: CLOSE_SECONDS }),
  };
}

/**
 * Reads a PostgreSQL URL.
 * @throws DbError `url_invalid`; the message leaves the password out.
 */
export function parseUrl(url: string): ConnectionOptions {
  const expected = "DATABASE_URL: expected postgres://user:password@host:port/database";
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw new DbError("url_invalid", `${expected}, received something that is not a URL`, { cause });
  }
  if (parsed.protocol !== "postgres:" && parsed.protocol !== "postgresql:") {
    throw new DbError("url_invalid", `${expected}, received one that starts with ${parsed.protocol}`);
  }
  return {
    url,
    host: parsed.hostname || "localhost",
    port: Number(parsed.port || 5432),
    database: decodeURIComponent(parsed.pathname.slice(1)) || decodeURIComponent(parsed.username),
  };
}

const DENIED = ["28P01", "28000"];
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host is unknown",
  EAI_AGAIN: "the host is unknown",
  CONNECT_TIMEOUT: `no answer within ${CONNECT_SECONDS} s`,
  "3D000": "there is no such database",
};

/** Says in the operator's words why a database could not be opened. */
export function explainFailure(cause: unknown, { host, port, database }: ConnectionOptions): DbError {
  if (cause instanceof DbError) return cause;
  const { code, message, detail } = driverError(cause);
  const place = `PostgreSQL at ${host}:${port}/${database}`;
  if (code !== undefined && DENIED.includes(code)) {
    const text = `${place} refused the user or the password of DATABASE_URL: ${message}`;
    return new DbError("access_denied", text, { cause });
  }
  const isConnection = code !== undefined && (code in reasons || !/^[0-9A-Z]{5}$/.test(code));
  if (isConnection) {
    const reason = reasons[code] ?? message;
    const text = `cannot reach ${place}: ${reason}; check DATABASE_URL, or unset it to use the embedded one`;
    return new DbError("unreachable", text, { cause });
  }
  const text = `the tables in ${place} could not be brought up to date: ${message}${detail ? ` (${detail})` : ""}`;
  return new DbError("migration_failed", text, { cause });
}

/** The driver's own error, which the query builder wraps. */
export function driverError(error: unknown): { code?: string; message: string; detail?: string } {
  let inner = error as Error;
  while (inner.cause instanceof Error) inner = inner.cause;
  // Several addresses of one host, each refused.
  if (inner instanceof AggregateError && inner.errors[0] instanceof Error) inner = inner.errors[0];
  return inner as Error & { code?: string; detail?: string };
}
