import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

/** What a receiver got. */
export interface Received {
  readonly deliveryId: string;
  readonly body: { alert: Record<string, unknown> } & Record<string, unknown>;
  /** Whether the signature is the one that this secret and this body have. */
  readonly isSigned: boolean;
  readonly at: number;
}

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** How it answers from now on; 204 unless told otherwise. */
  answer(how: (response: ServerResponse) => void): void;
}

export const SECRET = "a secret of a test".replaceAll(" ", "-");

/** A server that takes webhooks, on a port of its own or a given one. */
export async function startReceiver({
  port = 0,
  tls,
}: {
  port?: number;
  tls?: { cert: string; key: string };
} = {}): Promise<Receiver> {
  const received: Received[] = [];
  let answer = (response: ServerResponse): void => {
    response.writeHead(204).end();
  };
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push(read(request, Buffer.concat(chunks).toString()));
    answer(response);
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${address.port}/hook`,
    port: address.port,
    received,
    answer(how) {
      answer = how;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function read({ headers }: IncomingMessage, text: string): Received {
  const [t, v1] = String(headers["x-fedloom-signature"])
    .split(",")
    .map((part) => part.split("=")[1]);
  const expected = createHmac("sha256", SECRET).update(`${t}.${text}`).digest("hex");
  return {
    deliveryId: String(headers["x-fedloom-delivery"]),
    body: JSON.parse(text) as Received["body"],
    isSigned: v1 === expected,
    at: Number(t),
  };
}
