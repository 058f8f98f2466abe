import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The first `js` block of a README and, where there is one, the `text` block that shows what it prints. */
function readExample(readme: string): { code: string; output: string | undefined } | undefined {
  const match = readme.match(/```js\n(.+?)```\n(?:\n```text\n(.+?)```)?/s);
  return match?.[1] ? { code: match[1], output: match[2] } : undefined;
}

/** Runs a module as if it stood in `folder`, against the built packages. */
function runModule(code: string, folder: string): Promise<{ exitCode: unknown; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--input-type=module", "-"],
      { cwd: folder, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ exitCode: error?.code ?? 0, output: stdout + stderr }),
    );
    child.stdin?.end(code);
  });
}

describe("the example in the README of", () => {
  for (const name of readdirSync(join(root, "packages"))) {
    const path = join(root, "packages", name, "README.md");
    it(`packages/${name} runs and prints what it says`, { timeout: 60_000 }, async () => {
      expect(existsSync(path)).toBe(true);
      const example = readExample(readFileSync(path, "utf8"));
      expect(example).toBeDefined();
      const { exitCode, output } = await runModule(example?.code ?? "", join(root, "packages", name));
      expect({ exitCode, output }).toEqual({ exitCode: 0, output: example?.output ?? output });
    });
  }
});
