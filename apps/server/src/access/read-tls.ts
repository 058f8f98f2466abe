import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { TlsFiles } from "@fedloom/relay";
import { ServerError } from "../errors.js";

/**
 * Reads certificate (with its chain) and key, both PEM; undefined when neither is given.
 * @throws ServerError `option_invalid` that names the flag.
 */
export function readTls(files: {
  certFile: string | undefined;
  keyFile: string | undefined;
}): TlsFiles | undefined {
  const { certFile, keyFile } = files;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) return refuse("--tls-cert", "a certificate file beside --tls-key", "nothing");
  if (keyFile === undefined) return refuse("--tls-key", "a key file beside --tls-cert", "nothing");
  const tls = { cert: read("--tls-cert", certFile), key: read("--tls-key", keyFile) };
  check("--tls-cert", { cert: tls.cert });
  check("--tls-key", tls);
  return tls;
}

function read(flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    return refuse(flag, "a readable file", (cause as Error).message, cause);
  }
}

function check(flag: string, tls: Partial<TlsFiles>): void {
  try {
    createSecureContext(tls);
  } catch (cause) {
    const expected = flag === "--tls-cert" ? "a certificate as PEM" : "the certificate's key as PEM";
    refuse(flag, expected, (cause as Error).message, cause);
  }
}

function refuse(field: string, expected: string, received: string, cause?: unknown): never {
  const message = `${field}: expected ${expected}, received ${received}`;
  throw new ServerError("option_invalid", message, { field, expected, received, cause });
}
