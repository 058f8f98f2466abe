import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Guides whose examples run, and the package whose names they import. */
const guides = [
  { path: "docs/writing-a-strategy.md", folder: "packages/fl-strategy" },
  { path: "docs/privacy.md", folder: "packages/fl-strategy" },
  { path: "docs/training.md", folder: "packages/trainer-core" },
  { path: "docs/alerts.md", folder: "packages/protocol" },
];

interface Example {
  readonly code: string;
  readonly output: string | undefined;
  /** Of its first line of code, in the page. */
  readonly line: number;
}

/** Every `js` block of a page and, where one follows, the `text` block that shows what it prints. */
function readExamples(page: string): Example[] {
  return [...page.matchAll(/^```js\n(.+?)^```\n(?:\n```text\n(.+?)^```)?/gms)].map((match) => ({
    code: match[1] ?? "",
    output: match[2],
    line: page.slice(0, match.index).split("\n").length + 1,
  }));
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

async function expectToPrint({ code, output: expected }: Example, folder: string): Promise<void> {
  const { exitCode, output } = await runModule(code, folder);
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expected ?? output });
}

describe("the examples in the README of", () => {
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", name);
    const path = join(folder, "README.md");
    it(`packages/${name} run and print what they say`, { timeout: 60_000 }, async () => {
      expect(existsSync(path)).toBe(true);
      const examples = readExamples(readFileSync(path, "utf8"));
      if (examples.length === 0) throw new Error(`${path}: expected an example, got none`);
      for (const example of examples) await expectToPrint(example, folder);
    });
  }
});

describe.each(guides)("the example in $path", ({ path, folder }) => {
  const examples = readExamples(readFileSync(join(root, path), "utf8"));

  it("is there, and says what it prints", () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter(({ output }) => output === undefined)).toEqual([]);
  });

  for (const example of examples) {
    it(`in line ${example.line} runs and prints what it says`, { timeout: 60_000 }, () =>
      expectToPrint(example, join(root, folder)),
    );
  }
});
