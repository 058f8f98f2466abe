import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type AccessCheck, createAccessCheck, isLoopback } from "./access.js";
import { type Counters, countOne } from "./counters.js";
import type { RelaySettings } from "./relay-options.js";

const PHRASES = {
  400: "Bad Request",
  403: "Forbidden",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** Decides who may connect at all: by Host and Origin, protocol version, and number of connections. */
export class Admission {
  readonly #settings: RelaySettings;
  readonly #counters: Counters;
  readonly #checkAccess: AccessCheck;
  readonly #perAddress = new Map<string, number>();
  #numOpen = 0;
  #isClosed = false;

  constructor(settings: RelaySettings, counters: Counters) {
    this.#settings = settings;
    this.#counters = counters;
    this.#checkAccess = createAccessCheck(settings);
  }

  /** Refuses everybody from now on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Why a request's Host or Origin is refused, or undefined. */
  denial({ headers }: IncomingMessage): string | undefined {
    return this.#checkAccess(headers);
  }

  /** Answers what frees the place again, or undefined after it has refused the upgrade. */
  admit(request: IncomingMessage, socket: Duplex): (() => void) | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#settings;
    const denial = this.#checkAccess(request.headers);
    if (denial) return this.#refuse(socket, 403, "access", denial);
    const version = unknownVersion(request.headers["sec-websocket-protocol"]);
    if (version) return this.#refuse(socket, 400, "version", version);
    if (this.#isClosed || this.#numOpen >= maxConnections) {
      return this.#refuse(socket, 503, "full", "the relay takes no more connections at present");
    }
    const address = this.#settings.addressOf(request);
    const numOfAddress = this.#perAddress.get(address) ?? 0;
    if (!isLocal(address) && numOfAddress >= maxConnectionsPerAddress) {
      const reason = `expected at most ${maxConnectionsPerAddress} connections from ${address}`;
      return this.#refuse(socket, 429, "address", reason);
    }
    return this.#take(address);
  }

  #take(address: string): () => void {
    this.#numOpen++;
    this.#counters.connectionsAccepted++;
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    return () => {
      this.#numOpen--;
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    };
  }

  #refuse(socket: Duplex, status: keyof typeof PHRASES, cause: string, reason: string): undefined {
    countOne(this.#counters.connectionsRefused, cause);
    socket.end(
      `HTTP/1.1 ${status} ${PHRASES[status]}\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
    );
  }
}

/** Why a client that asks for versions of the protocol is refused when it asks only for others. */
function unknownVersion(offered: string | undefined): string | undefined {
  const versions = (offered ?? "").split(",").filter((name) => /^\s*fedloom\.v\d/.test(name));
  if (versions.length === 0 || versions.some((name) => /^\s*fedloom\.v1\./.test(name))) return undefined;
  return `subprotocol: expected fedloom.v1.json or fedloom.v1.msgpack, received ${versions.join(", ").trim()}`;
}

function isLocal(address: string): boolean {
  return isLoopback(address.replace(/^::ffff:/, ""));
}
