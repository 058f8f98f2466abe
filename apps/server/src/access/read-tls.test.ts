import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestCertificate } from "../../../../packages/relay/src/testing-certificate.js";
import { readTls } from "./read-tls.js";

let folder: string;
const tls = createTestCertificate();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fedloom-tls-"));
  writeFileSync(join(folder, "cert.pem"), tls.cert);
  writeFileSync(join(folder, "key.pem"), tls.key);
  writeFileSync(join(folder, "other.pem"), createTestCertificate().key);
  writeFileSync(join(folder, "text"), "hello");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("readTls", () => {
  const at = (name: string | undefined) => (name === undefined ? undefined : join(folder, name));

  it("reads a certificate and its key", () => {
    expect(readTls({ certFile: at("cert.pem"), keyFile: at("key.pem") })).toEqual(tls);
    expect(readTls({ certFile: undefined, keyFile: undefined })).toBeUndefined();
  });

  it.each([
    [undefined, "key.pem", "--tls-cert: expected a certificate file beside --tls-key, received nothing"],
    ["cert.pem", undefined, "--tls-key: expected a key file beside --tls-cert, received nothing"],
    ["gone.pem", "key.pem", "--tls-cert: expected a readable file, received ENOENT"],
    ["text", "key.pem", "--tls-cert: expected a certificate as PEM, received"],
    ["cert.pem", "text", "--tls-key: expected the certificate's key as PEM, received"],
    ["cert.pem", "other.pem", "--tls-key: expected the certificate's key as PEM, received"],
  ])("refuses %s with %s", (certFile, keyFile, message) => {
    expect(() => readTls({ certFile: at(certFile), keyFile: at(keyFile) })).toThrow(message);
  });
});
