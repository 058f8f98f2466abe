import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { toPercent } from "./cpu-meter.js";
import type { MachineSource } from "./machine-source.js";

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** The library starts processes and waits for them, so it has a thread of its own; as text, since it is one file to bundlers. */
const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const library = require(workerData);
const readings = {
  cpuTimes: async () => {
    const { rawCurrentLoad, rawCurrentLoadIdle } = await library.currentLoad();
    return { busy: rawCurrentLoad, total: rawCurrentLoad + rawCurrentLoadIdle };
  },
  memory: () => library.mem(),
  network: () => library.networkStats("*"),
};
parentPort.on("message", async ({ id, what }) => {
  try {
    parentPort.postMessage({ id, value: await readings[what]() });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});`;

const LOOPBACK = /^(lo\d*|loopback.*)$/i;

/** The figures as the library systeminformation has them, for machines that are not Linux. */
export function openLibrarySource(): MachineSource {
  const thread = openThread();
  let [busy, total] = [0, 0];
  return {
    async cpuTimes() {
      // The library says what was used since it was last asked.
      const since = (await thread.ask("cpuTimes")) as { busy: number; total: number };
      busy += since.busy;
      total += since.total;
      return { busy, total };
    },

    async memory() {
      const memory = (await thread.ask("memory")) as { total: number; available: number };
      const usedBytes = memory.total - memory.available;
      return { percent: toPercent(usedBytes, memory.total), usedBytes };
    },

    async network() {
      const all = (await thread.ask("network")) as { iface: string; rx_bytes: number; tx_bytes: number }[];
      const real = all.filter(({ iface }) => !LOOPBACK.test(iface));
      const sum = (values: readonly (number | null)[]) =>
        values.reduce<number>((all, each) => all + Math.max(0, each ?? 0), 0);
      return {
        rxBytes: sum(real.map((each) => each.rx_bytes)),
        txBytes: sum(real.map((each) => each.tx_bytes)),
      };
    },

    close: () => thread.close(),
  };
}

/** A thread that answers questions; started with the first one. */
function openThread() {
  const waiting = new Map<number, (answer: Answer) => void>();
  let worker: Worker | undefined;
  let lastId = 0;
  const start = () => {
    const workerData = createRequire(import.meta.url).resolve("systeminformation");
    const started = new Worker(WORKER, { eval: true, workerData });
    started.unref();
    started.on("message", (answer: Answer) => waiting.get(answer.id)?.(answer));
    const end = (error: string) => {
      if (worker === started) worker = undefined;
      for (const [id, settle] of waiting) settle({ id, error });
    };
    started.on("error", (error) => end(error.message));
    started.on("exit", () => end("the thread of the library has ended"));
    return started;
  };
  return {
    async ask(what: string): Promise<unknown> {
      worker ??= start();
      const id = ++lastId;
      const { value, error } = await new Promise<Answer>((resolve) => {
        waiting.set(id, resolve);
        worker?.postMessage({ id, what });
      });
      waiting.delete(id);
      if (error !== undefined) throw new Error(error);
      return value;
    },
    close: async () => {
      await worker?.terminate();
    },
  };
}
