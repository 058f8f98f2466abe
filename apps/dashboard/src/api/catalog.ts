import { type Catalog, catalog } from "@fedloom/protocol";
import { ApiError } from "./errors.js";
import { request } from "./request.js";

/** What a run can be made of, as the server knows it. */
export async function getCatalog(signal?: AbortSignal): Promise<Catalog> {
  const parsed = catalog.safeParse(await request("/api/catalog", { signal }));
  if (parsed.success) return parsed.data;
  const { path = [], message = "" } = parsed.error.issues[0] ?? {};
  throw new ApiError(`the server's catalog cannot be read: ${path.join(".")}: ${message}`, {
    status: 200,
    code: "unreadable_answer",
    cause: parsed.error,
  });
}
