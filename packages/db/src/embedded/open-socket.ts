import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { DbError } from "../errors.js";

export interface SocketOpenerOptions {
  /** Port of the PostgreSQL that runs right now; undefined if none does. */
  readonly findPort: () => Promise<number | undefined>;
  /** Starts it, and answers its port. */
  readonly start: () => Promise<number>;
}

/** Makes connections to a PostgreSQL that is started again where it is gone. */
export interface SocketOpener {
  /**
   * A connected socket.
   * @throws DbError that says why there is no PostgreSQL; after a failed start at once, for a while.
   */
  open(): Promise<Socket>;
  /** Ends all of them; none is opened from now on, and nothing started. */
  close(): void;
}

const TRIES = 20;
const RETRY_MS = 100;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

export function createSocketOpener({ findPort, start }: SocketOpenerOptions): SocketOpener {
  const sockets = new Set<Socket>();
  let isClosed = false;
  let starting: Promise<number> | undefined;
  let failed: { error: unknown; until: number; pauseMs: number } | undefined;

  async function startOnce(): Promise<number> {
    try {
      const port = await start();
      failed = undefined;
      return port;
    } catch (error) {
      // One that cannot start, as on a full disk, is not to be started over and over.
      const pauseMs = Math.min(2 * (failed?.pauseMs ?? FIRST_PAUSE_MS / 2), LONGEST_PAUSE_MS);
      failed = { error, until: performance.now() + pauseMs, pauseMs };
      throw error;
    }
  }

  async function port(): Promise<number> {
    const found = await findPort();
    if (isClosed) throw new DbError("unreachable", "the database was closed");
    if (found !== undefined) return found;
    if (failed && performance.now() < failed.until) throw failed.error;
    starting ??= startOnce().finally(() => {
      starting = undefined;
    });
    return starting;
  }

  return {
    async open() {
      for (let i = 1; ; i++) {
        const socket = await connectTo(await port()).catch((error: NodeJS.ErrnoException) => {
          // One that was killed this moment, or is not listening yet.
          if (error.code === undefined || i === TRIES) throw error;
        });
        if (!socket) await delay(RETRY_MS);
        else if (isClosed) socket.destroy();
        else {
          sockets.add(socket);
          socket.once("close", () => sockets.delete(socket));
          return socket;
        }
      }
    },
    close() {
      isClosed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

function connectTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = new Socket();
    socket.once("error", reject);
    socket.connect(port, "127.0.0.1", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
