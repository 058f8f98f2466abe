import { uploadedData } from "@fedloom/protocol";
import { currentToken, noteRefusal } from "../access/session.js";
import { ApiError, errorOfProblem } from "./errors.js";

export interface UploadOptions {
  kind: "npz" | "csv";
  signal: AbortSignal;
  /** Told the share that was sent, from 0 to 1. */
  onProgress: (share: number) => void;
}

/** Sends a file of samples to the server and answers the path that it has there. Throws ApiError. */
export async function uploadData(file: Blob, { kind, signal, onProgress }: UploadOptions): Promise<string> {
  // `fetch` does not tell how far it has come.
  const sending = new XMLHttpRequest();
  const token = currentToken();
  const answer = await new Promise<unknown>((resolve, reject) => {
    sending.open("POST", `/api/data?kind=${kind}`);
    sending.responseType = "json";
    sending.setRequestHeader("content-type", "application/octet-stream");
    sending.setRequestHeader("accept", "application/json, application/problem+json");
    if (token !== undefined) sending.setRequestHeader("authorization", `Bearer ${token}`);
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    sending.onload = () => {
      if (sending.status === 401) noteRefusal(token);
      if (sending.status < 300) resolve(sending.response);
      else reject(errorOfProblem(sending.status, sending.response));
    };
    sending.onerror = () =>
      reject(new ApiError("the file did not arrive at the server", { status: 0, code: "unreachable" }));
    sending.onabort = () =>
      reject(new ApiError("the upload was cancelled", { status: 0, code: "cancelled" }));
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(file);
  });
  const parsed = uploadedData.safeParse(answer);
  if (parsed.success) return parsed.data.data_path;
  throw new ApiError("the server did not say where it has put the file", {
    status: sending.status,
    code: "unreadable_answer",
    cause: parsed.error,
  });
}
