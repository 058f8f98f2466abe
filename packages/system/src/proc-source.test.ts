import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createProcSource, parseCpuTimes, parseMemory, parseNetwork } from "./proc-source.js";

const GIB = 2 ** 30;
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** A machine as its files tell of it. */
async function machine(files: Record<string, string>): Promise<ReturnType<typeof createProcSource>> {
  const root = await mkdtemp(join(tmpdir(), "fedloom-proc-"));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return createProcSource(root);
}

const meminfo = "MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:    8388608 kB\n";
const devices = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 900 1 0 0 0 0 0 0 900 1 0 0 0 0 0 0
  eth0:123456789012 5 0 0 0 0 0 0 42 5 0 0 0 0 0 0
 wlan0: 8 5 0 0 0 0 0 0 2 5 0 0 0 0 0 0
veth1a: 70 5 0 0 0 0 0 0 70 5 0 0 0 0 0 0
`;

describe("parseCpuTimes", () => {
  it("counts waiting as idle, and guests once", () => {
    const text = "cpu  100 10 20 800 50 5 5 10 30 3\ncpu0 50 5 10 400 25 2 3 5 15 1\n";
    expect(parseCpuTimes(text)).toEqual({ busy: 150, total: 1_000 });
    expect(() => parseCpuTimes("intr 5")).toThrow("/proc/stat: expected a line of cpu");
  });
});

describe("parseMemory", () => {
  it("reads what is available, also of kernels that do not say so", () => {
    expect(parseMemory(meminfo)).toEqual({ totalBytes: 16 * GIB, availableBytes: 8 * GIB });
    const old = "MemTotal:       16777216 kB\nMemFree:         1048576 kB\nCached:         1048576 kB\n";
    expect(parseMemory(old)).toEqual({ totalBytes: 16 * GIB, availableBytes: 2 * GIB });
    expect(() => parseMemory("")).toThrow("/proc/meminfo: expected MemTotal");
  });
});

describe("parseNetwork", () => {
  it("reads bytes by interface, also where a number touches the name", () => {
    expect(Object.fromEntries(parseNetwork(devices))).toMatchObject({
      eth0: { rxBytes: 123456789012, txBytes: 42 },
      wlan0: { rxBytes: 8, txBytes: 2 },
    });
  });
});

describe("createProcSource", () => {
  it("sums the interfaces with a device, or all but those that pass bytes on", async () => {
    const inContainer = await machine({ "proc/net/dev": devices });
    expect(await inContainer.network()).toEqual({ rxBytes: 123456789020, txBytes: 44 });
    const onMachine = await machine({ "proc/net/dev": devices, "sys/class/net/eth0/device/vendor": "" });
    expect(await onMachine.network()).toEqual({ rxBytes: 123456789012, txBytes: 42 });
  });

  it("measures memory against the lowest limit of its control groups", async () => {
    const whole = await machine({ "proc/meminfo": meminfo });
    expect(await whole.memory()).toEqual({ percent: 50, usedBytes: 8 * GIB });
    const group = "sys/fs/cgroup/system.slice";
    const limited = await machine({
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "0::/system.slice/fedloom.service\n",
      [`${group}/fedloom.service/memory.max`]: "max\n",
      [`${group}/memory.max`]: `${4 * GIB}\n`,
      [`${group}/memory.current`]: `${3 * GIB}\n`,
      [`${group}/memory.stat`]: `anon 1\ninactive_file ${2 * GIB}\nactive_file 2\n`,
    });
    expect(await limited.memory()).toEqual({ percent: 25, usedBytes: GIB });
  });

  it("knows the first version of control groups, and limits that are none", async () => {
    const files = {
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "5:cpu,cpuacct:/a\n4:memory:/docker/1\n0::/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    };
    expect(await (await machine(files)).memory()).toEqual({ percent: 50, usedBytes: 8 * GIB });
    const own = "sys/fs/cgroup/memory/docker/1";
    const limited = await machine({
      ...files,
      [`${own}/memory.limit_in_bytes`]: `${2 * GIB}\n`,
      [`${own}/memory.usage_in_bytes`]: `${GIB}\n`,
      [`${own}/memory.stat`]: "inactive_file 7\ntotal_inactive_file 0\n",
    });
    expect(await limited.memory()).toEqual({ percent: 50, usedBytes: GIB });
  });
});
