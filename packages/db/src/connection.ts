import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { createSteadyClient, type SocketTarget } from "./driver/steady-client.js";
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
  /** Makes each connection; absent, to host and port. */
  readonly openSocket?: () => Promise<Socket>;
}

/** A pool of connections. */
export interface Connection {
  readonly queries: PostgresJsDatabase;
  close(): Promise<void>;
}

const POOL_SIZE = 4;
const CONNECT_SECONDS = 10;
const CLOSE_SECONDS = 5;
/** How long a transaction may wait for its next statement, in ms; as long as a lease. */
const MAX_IDLE_MS = 10_000;
const DEFAULT_PORT = 5432;

/** Opens a pool; connections are made when they are needed, and made anew when they break. */
export function connect(options: ConnectionOptions, poolSize = POOL_SIZE): Connection {
  const { url, openSocket, ...parts } = options;
  const settings = {
    max: poolSize,
    connect_timeout: CONNECT_SECONDS,
    // A process that stands still must not hold the rows of a run for ever.
    connection: { idle_in_transaction_session_timeout: MAX_IDLE_MS },
    onnotice: () => {},
  };
  const { client, close } = createSteadyClient({
    url,
    settings: url === undefined ? { ...parts, ...settings } : settings,
    openSocket: openSocket ?? openNetworkSocket,
  });
  return { queries: drizzle({ client }), close: () => close(CLOSE_SECONDS) };
}

/** Connects to the first host that takes it. */
async function openNetworkSocket({ host, port, path }: SocketTarget): Promise<Socket> {
  let failure: unknown;
  for (const [i, name] of host.entries()) {
    const socket = path ? createConnection(path) : createConnection(port[i] ?? DEFAULT_PORT, name);
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error("no answer"), { code: "CONNECT_TIMEOUT" }));
    }, CONNECT_SECONDS * 1_000);
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      failure = error;
    } finally {
      clearTimeout(timer);
    }
  }
  throw failure;
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
    port: Number(parsed.port || DEFAULT_PORT),
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
  const inner = driverError(cause);
  if (inner instanceof DbError) return inner;
  const { code, message, detail } = inner;
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

/** The driver's own error, or this package's, which the query builder wraps. */
export function driverError(error: unknown): { code?: string; message: string; detail?: string } {
  let inner = error as Error;
  while (!(inner instanceof DbError) && inner.cause instanceof Error) inner = inner.cause;
  // Several addresses of one host, each refused.
  if (inner instanceof AggregateError && inner.errors[0] instanceof Error) inner = inner.errors[0];
  return inner as Error & { code?: string; detail?: string };
}
