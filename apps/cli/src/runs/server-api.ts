import { CliError } from "../errors.js";
import { printable } from "../printable.js";

export type QueryValues = Readonly<Record<string, string | number | undefined>>;

export interface ServerRequest {
  method?: "GET" | "POST" | "DELETE";
  /** Below the server's address, without a leading slash. */
  path: string;
  query?: QueryValues;
  body?: unknown;
}

/** A running server, asked over HTTP. Every failure is a `CliError` of one sentence. */
export interface ServerApi {
  /** The answer's JSON; undefined where there is no content. */
  ask(request: ServerRequest): Promise<unknown>;
  /** The answer's bytes as they come. */
  stream(request: ServerRequest): AsyncIterable<Uint8Array>;
}

export interface ServerApiOptions {
  server: URL;
  token: string | undefined;
  /** Ends what is under way. */
  signal: AbortSignal;
  /** Longest wait for an answer to begin, in ms; 30,000. */
  timeoutMs?: number;
}

const MAX_DETAIL = 500;

export function createServerApi({ server, token, signal, timeoutMs = 30_000 }: ServerApiOptions): ServerApi {
  const send = async ({ method = "GET", path, query = {}, body }: ServerRequest): Promise<Response> => {
    const url = new URL(path, server);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const patience = new AbortController();
    const timer = setTimeout(
      () => patience.abort(new Error(`no answer within ${timeoutMs / 1_000} s`)),
      timeoutMs,
    );
    try {
      const response = await fetch(url, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // The token is for this server and no other.
        redirect: "manual",
        signal: AbortSignal.any([signal, patience.signal]),
      });
      if (!response.ok) throw await refusal(response, { server, token });
      return response;
    } catch (cause) {
      throw explain(cause, server);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    async ask(request) {
      const response = await send(request);
      try {
        const text = await response.text();
        return text === "" ? undefined : JSON.parse(text);
      } catch (cause) {
        if (!(cause instanceof SyntaxError)) throw explain(cause, server);
        throw notFedloom(server, response.status);
      }
    },
    async *stream(request) {
      const { body } = await send(request);
      try {
        for await (const part of body ?? []) yield part;
      } catch (cause) {
        // Nobody wants the rest.
        if (signal.aborted) return;
        throw new CliError("server_unreachable", `${server.origin}: the answer broke off`, { cause });
      }
    },
  };
}

/** What the server says against it, from its problem document. */
async function refusal(response: Response, { server, token }: { server: URL; token: string | undefined }) {
  const { status } = response;
  if (status >= 300 && status < 400) {
    const to = printable(response.headers.get("location") ?? "another address");
    return new CliError("server_refused", `${server.origin} points to ${to}; set --server to where it is`);
  }
  if (status === 401 && token === undefined) {
    return new CliError("server_refused", `${server.origin} asks for a token; set --token or FEDLOOM_TOKEN`);
  }
  const problem = await response.json().catch(() => undefined);
  const { detail } = Object(problem) as { detail?: unknown };
  if (typeof detail !== "string") return notFedloom(server, status);
  return new CliError("server_refused", printable(detail.slice(0, MAX_DETAIL)));
}

function notFedloom(server: URL, status: number): CliError {
  const what = `${server.origin} answers ${status} and no document that fedloom knows`;
  return new CliError("server_refused", `${what}; is that a fedloom server, and --server its address?`);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; `fedloom serve` starts a server",
  ENOTFOUND: "the host is unknown",
  EAI_AGAIN: "the host is unknown",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_CONNECT_TIMEOUT: "no answer",
  EPROTO: "it does not speak TLS; try http://",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS; try http://",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "its certificate is not trusted; NODE_EXTRA_CA_CERTS names a file of more authorities",
  SELF_SIGNED_CERT_IN_CHAIN:
    "its certificate is not trusted; NODE_EXTRA_CA_CERTS names a file of more authorities",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate is not trusted; NODE_EXTRA_CA_CERTS names a file of more authorities",
  CERT_HAS_EXPIRED: "its certificate is over",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

function explain(cause: unknown, server: URL): CliError {
  if (cause instanceof CliError) return cause;
  let inner: unknown = cause;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  // Several addresses of one host, each refused.
  if (inner instanceof AggregateError) [inner] = inner.errors;
  const { code = "", message } = inner as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? printable(message);
  return new CliError("server_unreachable", `cannot reach a server at ${server.origin}: ${reason}`, {
    cause,
  });
}
