import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltServer, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const DEFAULT_URL = "http://127.0.0.1:8001";
const examples = [...README.matchAll(/^```js\n(.+?)^```\n\n```text\n(.+?)^```/gms)];

let folder: TemporaryFolder;
let server: BuiltServer;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--no-run"]);
});
afterAll(async () => {
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

function run(code: string): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--input-type=module", "-"], (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.end(code.replaceAll(DEFAULT_URL, server.url));
  });
}

describe("the examples in the README", () => {
  it("are there, each with what it prints", () => {
    expect(examples.length).toBeGreaterThan(1);
    expect(README.match(/^```js/gm)).toHaveLength(examples.length);
  });

  it.each(examples.map(([, code = "", output = ""]) => ({ code, output })))(
    "print what they say: %#",
    async ({ code, output }) => {
      expect(await run(code)).toBe(output);
    },
  );
});
