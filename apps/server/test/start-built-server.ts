import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

/** The real data that tests train on; never part of the repository. */
export const PNEUMONIA_MNIST = fileURLToPath(
  new URL(
    "pneumoniamnist/pneumoniamnist.npz",
    new URL(`${process.env.FEDLOOM_DATA ?? "../shared/data"}/`, `file://${REPOSITORY}`),
  ),
);

export interface BuiltServer {
  readonly process: ChildProcess;
  readonly url: string;
  readonly relayUrl: string;
  /** Everything printed so far. */
  output(): string;
  /** Resolves with the output once it matches; rejects when the server ends before. */
  until(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends a signal and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built server in a process of its own, on free ports, with its data under `folder`. */
export async function startBuiltServer(folder: string, args: string[] = []): Promise<BuiltServer> {
  const server = spawnServer(folder, ["--port", "0", "--relay-port", "0", ...args]);
  const [, url = ""] = await server.until(/dashboard +(http:\S+)/);
  const [, relay = ""] = await server.until(/relay +(.+)\n/);
  return Object.assign(server, { url, relayUrl: relay });
}

/** Starts the built server without waiting for it. */
export function spawnServer(folder: string, args: string[]): Omit<BuiltServer, "url" | "relayUrl"> {
  const child = spawn(
    process.execPath,
    [MAIN, "--data-dir", folder, "--progress-dir", `${folder}/progress`, ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DATABASE_URL: "" },
    },
  );
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  const exited = once(child, "exit") as Promise<[number | null]>;
  return {
    process: child,
    output: () => output,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const match = output.match(pattern);
          if (match) resolve(match);
        };
        listeners.add(check);
        check();
        void exited.then(([code]) =>
          reject(new Error(`the server ended with ${code} before ${pattern}:\n${output}`)),
        );
      }),
    async stop(signal = "SIGINT") {
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

/** Waits until the database says that a run is in this state; answers the run. */
export function untilState(
  server: BuiltServer,
  runId: string,
  state: string,
): Promise<Record<string, unknown>> {
  return vi.waitFor(
    async () => {
      const run = (await (await fetch(`${server.url}/api/runs/${runId}`)).json()) as Record<string, unknown>;
      expect(run.state).toBe(state);
      return run;
    },
    { timeout: 100_000, interval: 100 },
  );
}
