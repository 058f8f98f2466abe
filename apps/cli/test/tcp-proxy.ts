import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

interface Pair {
  client: Socket;
  server: Socket;
}

/** How bytes pass. */
type Mode = "forward" | "swallow" | "dribble" | "slow" | "refuse";

/** How long a piece takes on a slow way, and those after it wait, in ms. */
const SLOW_MS = 30;

/**
 * How many bytes of a piece go one at a time; the rest follows whole. A write costs microseconds: megabytes of single
 * bytes hold up the process, and with it every sender and viewer of the test, for more than a minute.
 */
const DRIBBLED_BYTES = 1_000;

/** A TCP proxy on loopback that can do to a connection what networks do. */
export class TcpProxy {
  readonly #server;
  readonly #pairs = new Set<Pair>();
  readonly #targetPort: () => number;
  #mode: Mode = "forward";

  constructor(targetPort: () => number) {
    this.#targetPort = targetPort;
    this.#server = createServer((client) => this.#accept(client));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  get numOpen(): number {
    return this.#pairs.size;
  }

  /**
   * `swallow` keeps connections open and lets nothing pass; `dribble` lets the beginning of each piece pass a
   * byte at a time, `slow` a piece at a time.
   */
  setMode(mode: Mode): void {
    if (this.#mode === "swallow") this.cutAll();
    this.#mode = mode;
  }

  /** Ends every connection with a reset. */
  cutAll(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  close(): void {
    this.cutAll();
    this.#server.close();
  }

  #accept(client: Socket): void {
    if (this.#mode === "refuse") {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#targetPort(), host: "127.0.0.1", noDelay: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    this.#pass(client, server, pair);
    this.#pass(server, client, pair);
  }

  #pass(from: Socket, to: Socket, pair: Pair): void {
    from.on("data", (bytes) => {
      if (this.#mode === "swallow") return;
      if (this.#mode === "slow") {
        from.pause();
        setTimeout(() => {
          to.write(bytes);
          from.resume();
        }, SLOW_MS);
      } else if (this.#mode === "dribble") {
        for (const byte of bytes.subarray(0, DRIBBLED_BYTES)) to.write(Uint8Array.of(byte));
        if (bytes.length > DRIBBLED_BYTES) to.write(bytes.subarray(DRIBBLED_BYTES));
      } else to.write(bytes);
    });
    const end = () => {
      // Where nothing passes, the end of a connection does not either.
      if (this.#mode === "swallow") return;
      this.#pairs.delete(pair);
      to.destroy();
    };
    from.on("error", end).on("close", end);
  }
}
