import { currentToken, noteRefusal } from "../access/session.js";
import { ApiError, errorOfProblem } from "./errors.js";

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** Sent as JSON with POST; without it the method is GET. */
  body?: unknown;
}

/** Asks the server for JSON. Throws ApiError. */
export async function request(path: string, { signal, body }: RequestOptions = {}): Promise<unknown> {
  const token = currentToken();
  const response = await send(path, {
    ...(signal && { signal }),
    headers: {
      accept: "application/json, application/problem+json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  const answer = await response.json().catch(() => undefined);
  if (response.status === 401) noteRefusal(token);
  if (!response.ok) throw errorOfProblem(response.status, answer);
  return answer;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError("the server does not answer", { status: 0, code: "unreachable", cause });
  }
}
