import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import postgres, { type Options, type Sql } from "postgres";
import { createBrokenSocket, createSteadySocket } from "./steady-socket.js";

type Settings = Options<Record<string, postgres.PostgresType>>;
type Listen = (
  channel: string,
  listener: (payload: string) => void,
) => Promise<{ unlisten(): Promise<void> }>;

export interface SteadyClientOptions {
  /** For the driver: a URL and settings, or all in settings. */
  readonly url: string | undefined;
  readonly settings: Settings;
  /** Makes each connection. */
  readonly openSocket: (target: SocketTarget) => Promise<Socket>;
}

/** Where the driver wants a connection to. */
export interface SocketTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket. */
  readonly path?: string | false | undefined;
  /** Whether, and how, TLS is to lie over it. */
  readonly ssl?: unknown;
}

/** The part of the driver's client that this package uses, over connections that may break. */
export interface SteadyClient {
  readonly client: Sql;
  close(seconds: number): Promise<void>;
}

/** Connections that live and die together. */
interface Pool {
  readonly sql: Sql;
  end(seconds: number): Promise<void>;
}

interface Listener {
  readonly channel: string;
  readonly onNotice: (payload: string) => void;
  unlisten: (() => Promise<void>) | undefined;
}

const RELISTEN_MS = 500;

/**
 * A client that takes another pool of connections when one of its own breaks: what was under way fails, what comes later
 * goes over new ones, and whoever listens hears again.
 */
export function createSteadyClient(options: SteadyClientOptions): SteadyClient {
  const listeners = new Set<Listener>();
  let isClosed = false;
  let current = open();

  function open(before?: Pool): Pool {
    const sockets = new Set<Duplex>();
    const onBroken = () => replace(pool);
    const keep = (socket: Duplex) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return socket;
    };
    const settings = {
      ...options.settings,
      async socket(target: SocketTarget) {
        try {
          const raw = await options.openSocket(target);
          const steady = createSteadySocket(raw, { onBroken, tells: !target.ssl });
          // For the name in a server's certificate.
          return Object.assign(keep(steady), { host: target.host[0] });
        } catch (error) {
          return keep(createBrokenSocket(error as Error, onBroken));
        }
      },
    } as unknown as Settings;
    const sql: Sql = options.url === undefined ? postgres(settings) : postgres(options.url, settings);
    // What the query builder has set up on the first one.
    if (before) {
      Object.assign(sql.options.parsers, before.sql.options.parsers);
      Object.assign(sql.options.serializers, before.sql.options.serializers);
    }
    const pool: Pool = {
      sql,
      async end(seconds) {
        await sql.end({ timeout: seconds });
        // Now that nothing can be asked of it any more, the driver may know, and lets go of its timers.
        for (const socket of sockets) socket.destroy();
      },
    };
    return pool;
  }

  function replace(broken: Pool): void {
    if (broken !== current || isClosed) return;
    current = open(broken);
    // At once: its connections are dead, and nobody must wait for them.
    void broken.end(0);
    for (const listener of listeners) void relisten(listener, current);
  }

  async function relisten(listener: Listener, pool: Pool): Promise<void> {
    listener.unlisten = undefined;
    while (pool === current && !isClosed && listeners.has(listener)) {
      try {
        return await hear(listener, pool);
      } catch {
        // A pool whose connection could not be made was replaced, and its successor listens.
        await new Promise((resolve) => setTimeout(resolve, RELISTEN_MS).unref());
      }
    }
  }

  async function hear(listener: Listener, pool: Pool): Promise<void> {
    const { unlisten } = await pool.sql.listen(listener.channel, listener.onNotice);
    if (pool === current) listener.unlisten = unlisten;
  }

  const listen: Listen = async (channel, onNotice) => {
    const listener: Listener = { channel, onNotice, unlisten: undefined };
    listeners.add(listener);
    await hear(listener, current).catch((error: unknown) => {
      listeners.delete(listener);
      throw error;
    });
    return {
      async unlisten() {
        listeners.delete(listener);
        await listener.unlisten?.();
      },
    };
  };

  const client = new Proxy((() => {}) as unknown as Sql, {
    get(_target, name) {
      if (name === "listen") return listen;
      const value = current.sql[name as keyof Sql] as unknown;
      return typeof value === "function" ? value.bind(current.sql) : value;
    },
  });
  return {
    client,
    async close(seconds) {
      isClosed = true;
      await current.end(seconds);
    },
  };
}
