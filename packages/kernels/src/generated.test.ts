import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("the committed binary is what assembly/ compiles to", async () => {
  const script = fileURLToPath(new URL("../build-wasm.mjs", import.meta.url));
  const { stderr } = await promisify(execFile)(process.execPath, [script, "--check"]);
  expect(stderr).toBe("");
}, 60_000);
