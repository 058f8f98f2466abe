import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { createGuardedLookup, isRefusedAddress, type Resolve } from "./refused-addresses.js";
import { signatureOf } from "./sign.js";

export interface WebhookMessage {
  readonly url: string;
  readonly secret: string;
  /** The same for each try, so that the receiver can tell that it knows the message. */
  readonly deliveryId: string;
  readonly payload: Record<string, unknown>;
}

export interface SendWebhookOptions {
  readonly at: Date;
  /** Until the answer's head is there; 10,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly resolve?: Resolve | undefined;
  /** Certificate authorities in place of the usual ones, as PEM. */
  readonly ca?: string | undefined;
}

export type WebhookOutcome =
  | { readonly isDelivered: true; readonly status: number }
  | { readonly isDelivered: false; readonly status?: number; readonly error: string };

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** Posts a message once; never throws. Whatever answers with 2xx has it; a redirect is not followed. */
export async function sendWebhook(
  message: WebhookMessage,
  options: SendWebhookOptions,
): Promise<WebhookOutcome> {
  const { timeoutMs = TIMEOUT_MS, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await post(message, options, signal ? AbortSignal.any([deadline, signal]) : deadline);
    discard(answer);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return { isDelivered: true, status };
    const isRedirect = status >= 300 && status < 400;
    const error = `the receiver answered ${status}${isRedirect ? ", and redirects are not followed" : ""}`;
    return { isDelivered: false, status, error };
  } catch (error) {
    if (deadline.aborted) return { isDelivered: false, error: `no answer within ${timeoutMs / 1_000} s` };
    return { isDelivered: false, error: reasonOf(error as NodeJS.ErrnoException) };
  }
}

function post(
  { url, secret, deliveryId, payload }: WebhookMessage,
  { at, resolve, ca }: SendWebhookOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && isRefusedAddress(host)) throw new Error(`nothing is sent to ${host}`);
  const body = JSON.stringify(payload);
  const request = target.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((settle, fail) => {
    const outgoing = request(
      target,
      {
        method: "POST",
        agent: false,
        lookup: createGuardedLookup(resolve),
        maxHeaderSize: MAX_HEADER_BYTES,
        signal,
        ...(ca !== undefined && { ca }),
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "fedloom",
          "x-fedloom-delivery": deliveryId,
          "x-fedloom-signature": signatureOf(body, secret, at),
        },
      },
      settle,
    );
    outgoing.on("error", fail);
    outgoing.end(body);
  });
}

/** Reads what a receiver may want to get rid of, and no more. */
function discard(answer: IncomingMessage): void {
  let numBytes = 0;
  answer.on("error", () => {});
  answer.on("data", (chunk: Buffer) => {
    numBytes += chunk.length;
    if (numBytes > MAX_ANSWER_BYTES) answer.destroy();
  });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host is unknown",
  EAI_AGAIN: "the host is unknown",
  ECONNRESET: "the receiver closed the connection without an answer",
};

function reasonOf(error: NodeJS.ErrnoException): string {
  // Several addresses of one host, each refused.
  const inner = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  return reasons[inner.code ?? ""] ?? inner.message;
}
