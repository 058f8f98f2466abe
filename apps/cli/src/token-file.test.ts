import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "@fedloom/relay";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTokenFile, toTokenLine } from "./token-file.js";

const HASH = "0".repeat(64);
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-tokens-"));
  file = join(folder, "tokens");
});
afterEach(() => rm(folder, { recursive: true }));

describe("a token file", () => {
  it("gives back what was written, past empty lines", async () => {
    const first = createToken({ role: "publisher", runId: "01JD0000000000000000000000" }).record;
    const second = { ...createToken({ role: "viewer" }).record, expiresAt: 1_800_000_000_000 };
    await writeFile(file, `\n${toTokenLine(first)}\r\n${toTokenLine(second)}`);
    expect(readTokenFile(file)).toEqual([first, second]);
  });

  it.each([
    ["{", 'line: expected JSON, received "{"'],
    ["null", "role: expected viewer or publisher or client or admin, received nothing"],
    ["[]", "role: expected viewer or publisher or client or admin, received nothing"],
    ['{"role":"king"}', 'role: expected viewer or publisher or client or admin, received "king"'],
    ['{"role":"admin"}', "hash: expected 64 hexadecimal digits, received nothing"],
    [
      `{"role":"admin","hash":"${HASH.slice(1)}"}`,
      `hash: expected 64 hexadecimal digits, received "${HASH.slice(1)}"`,
    ],
    [`{"role":"admin","hash":"${HASH}","run_id":7}`, "run_id: expected a run's id, received 7"],
    [
      `{"role":"admin","hash":"${HASH}","expires_at":"soon"}`,
      'expires_at: expected ms since 1970, received "soon"',
    ],
  ])("with the line %s names file, line and field", async (line, message) => {
    await writeFile(file, `${toTokenLine({ role: "admin", hash: HASH })}${line}\n`);
    expect(() => readTokenFile(file)).toThrow(
      expect.objectContaining({ name: "CliError", code: "token_file", message: `${file}:2: ${message}` }),
    );
  });

  it("that is missing is named", () => {
    expect(() => readTokenFile(file)).toThrow(`${file}: expected a readable token file: ENOENT`);
  });
});
