import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../bin/fedloom.js", import.meta.url));

export interface RunningCli {
  readonly process: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Resolves once the output matches; rejects when the command ends before. */
  until(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Resolves with the exit code, or null for a process that was killed. */
  readonly exited: Promise<number | null>;
}

/** Starts the built `fedloom` command in a process of its own. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCli {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  const exited = once(child, "close").then(([code]) => code as number | null);
  return {
    process: child,
    exited,
    output: () => output,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const match = output.match(pattern);
          if (match) resolve(match);
        };
        listeners.add(check);
        check();
        void exited.then((code) => reject(new Error(`ended with ${code} before ${pattern}:\n${output}`)));
      }),
  };
}

export interface RelayProcess extends RunningCli {
  readonly port: number;
  readonly url: string;
}

/** Starts `fedloom relay` and waits until it listens. */
export async function startRelayProcess(args: readonly string[] = [], port = 0): Promise<RelayProcess> {
  const cli = startCli(["relay", "--port", String(port), "--heartbeat-ms", "500", ...args]);
  const [, listening = ""] = await cli.until(/relay listens on ws:\/\/127\.0\.0\.1:(\d+)/);
  return { ...cli, port: Number(listening), url: `ws://127.0.0.1:${listening}` };
}

/** The value of a counter or gauge of a relay. */
export async function metricOf(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(text.match(new RegExp(`^fedloom_relay_${name} (\\S+)$`, "m"))?.[1]);
}
