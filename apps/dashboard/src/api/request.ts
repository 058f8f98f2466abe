import { currentToken, noteRefusal } from "../access/session.js";
import { saveFile } from "../ui/save-file.js";
import { ApiError, errorOfProblem } from "./errors.js";

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** Default GET, or POST where there is a body. */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  file?: Blob;
  /** Further headers. */
  headers?: Readonly<Record<string, string>>;
}

/** Asks the server for JSON; undefined where it answers nothing. Throws ApiError. */
export async function request(path: string, options: RequestOptions = {}): Promise<unknown> {
  const response = await ask(path, options, "application/json, application/problem+json");
  return response.status === 204 ? undefined : await response.json().catch(() => undefined);
}

/** Asks the server for anything, with the token if there is one; answers only what went well. Throws ApiError. */
export async function ask(
  path: string,
  { signal, method, body, file, headers }: RequestOptions,
  accept: string,
): Promise<Response> {
  const token = currentToken();
  const content = file ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await send(path, {
    ...(signal && { signal }),
    method: method ?? (content === undefined ? "GET" : "POST"),
    headers: {
      accept,
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(content !== undefined && {
        "content-type": file ? "application/octet-stream" : "application/json",
      }),
    },
    ...(content !== undefined && { body: content }),
  });
  if (response.status === 401) noteRefusal(token);
  if (!response.ok) throw errorOfProblem(response.status, await response.json().catch(() => undefined));
  return response;
}

/** Fetches a file and hands it to the browser to be saved: a plain link could not show the token. Throws ApiError. */
export async function download(path: string, fileName: string): Promise<void> {
  const response = await ask(path, {}, "*/*");
  saveFile(await response.blob(), fileName);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError("the server does not answer", { status: 0, code: "unreachable", cause });
  }
}
