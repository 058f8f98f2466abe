import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type GpuWatch, parseReport, watchGpus } from "./gpus.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A program that reports as `nvidia-smi` does. */
async function program(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fedloom-gpus-"));
  closers.push(() => rm(folder, { recursive: true }));
  const path = join(folder, "nvidia-smi");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

function watch(command: string, intervalMs: number): GpuWatch {
  const gpus = watchGpus({ command, intervalMs });
  closers.push(() => gpus.close());
  return gpus;
}

describe("parseReport", () => {
  it("reads percent and MiB, and takes what is not known as 0", () => {
    expect(parseReport("1, NVIDIA H200, 37, 1024, 143771")).toEqual({
      index: 1,
      gpu: {
        name: "NVIDIA H200",
        utilizationPercent: 37,
        memoryUsedBytes: 2 ** 30,
        memoryTotalBytes: 143771 * 2 ** 20,
      },
    });
    expect(parseReport("0, NVIDIA A100 MIG 1g.5gb, [N/A], 5, [N/A]\r")?.gpu).toMatchObject({
      utilizationPercent: 0,
      memoryUsedBytes: 5 * 2 ** 20,
      memoryTotalBytes: 0,
    });
  });

  it("passes over lines that are none", () => {
    const lines = [
      "",
      "No devices were found",
      "NVIDIA-SMI has failed, because",
      "x, y, 1, 2, 3",
      "0, , 1, 2, 3",
    ];
    expect(lines.map(parseReport)).toEqual(lines.map(() => undefined));
  });
});

describe("watchGpus", () => {
  it("hears of every GPU from one program, in order, at its interval", async () => {
    const report = 'printf "1, second, 5, 2, 4\\n0, first, 50, 1, "; sleep 0.01; printf "4\\n"';
    const command = await program(`echo "$@" >&2; while :; do ${report}; sleep 0.02; done`);
    const gpus = watch(command, 60_000);
    await vi.waitFor(() => expect(gpus.read().map(({ name }) => name)).toEqual(["first", "second"]));
    expect(gpus.read()[0]).toMatchObject({ utilizationPercent: 50, memoryTotalBytes: 4 * 2 ** 20 });
  });

  it("forgets them when the program has ended, or tells no more", async () => {
    const gpus = watch(await program('echo "0, gone, 5, 2, 4"'), 500);
    await vi.waitFor(() => expect(gpus.read()).toHaveLength(1), { interval: 10, timeout: 10_000 });
    await vi.waitFor(() => expect(gpus.read()).toEqual([]), { timeout: 10_000 });
  });

  it("is closed at once where there is no such program, and harms nobody", async () => {
    for (let index = 0; index < 3; index++) watch("no-such-program", 20).close();
    await expect(program("exit 0")).resolves.toContain("nvidia-smi");
  });

  it("has none where there is no such program, or no GPU", async () => {
    const commands = ["no-such-program", await program('echo "No devices were found"; exit 6'), "/"];
    expect(commands.map((command) => watch(command, 20).read())).toEqual([[], [], []]);
  });
});
