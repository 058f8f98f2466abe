import { describe, expect, it } from "vitest";
import { type OutputLimits, OutputLines } from "./output-lines.js";

function collect(limits: OutputLimits = {}) {
  const lines: string[] = [];
  let now = 0;
  const output = new OutputLines(
    ({ stream, text }) => lines.push(`${stream}: ${text}`),
    limits,
    () => now,
  );
  const write = (text: string, stream: "stdout" | "stderr" = "stdout") =>
    output.write(stream, Buffer.from(text));
  const wait = (ms: number) => {
    now += ms;
  };
  return { lines, output, write, wait };
}

describe("the output of a process", () => {
  it("becomes lines, wherever it is cut, stream by stream", () => {
    const { lines, output, write } = collect();
    const bytes = Buffer.from("größe\nb");
    for (const byte of bytes) output.write("stdout", Buffer.from([byte]));
    write("warn", "stderr");
    write("\r\n\nc\n");
    output.end();
    expect(lines).toEqual(["stdout: größe", "stdout: b", "stdout: c", "stderr: warn"]);
    expect(output.lastWords).toBe("warn");
  });

  it("has neither colours nor control characters, and no line is longer than allowed", () => {
    const { lines, output, write } = collect({ maxLength: 8 });
    write("\u001b[31mred\u001b[0m\u0007\u0000\u2028 \t!\n");
    write(`${"x".repeat(1_000_000)}\n`);
    write(`${"😀".repeat(9)}\n`);
    output.write("stdout", Buffer.from([0xff, 0x0a]));
    expect(lines).toEqual([
      "stdout: red   !",
      "stdout: xxxxxxxx",
      `stdout: ${"😀".repeat(4)}`,
      "stdout: \ufffd",
    ]);
  });

  it("lets through so many lines a second and in all, and says how many it left out", () => {
    const { lines, output, write, wait } = collect({ maxPerSecond: 2, maxLines: 4 });
    write("1\n2\n3\n4\n");
    wait(1_000);
    write("5\n6\n7\n");
    wait(1_000);
    write("8\n");
    write("last words\n", "stderr");
    output.end();
    const left = (n: number) => `stdout: ${n} lines of output left out`;
    expect(lines).toEqual(["stdout: 1", "stdout: 2", left(2), "stdout: 5", "stdout: 6", left(3)]);
    expect(output.lastWords).toBe("last words");
  });
});
