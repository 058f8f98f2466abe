import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { type OutputLine, OutputLines } from "./output-lines.js";
import type { RunCommand } from "./run-messages.js";

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last line of its stderr, or why it could not be started. */
  readonly lastWords: string;
}

/** The process that trains a run. */
export interface RunChild {
  readonly pid: number | undefined;
  readonly ended: Promise<ProcessEnd>;
  send(command: RunCommand): void;
  kill(signal: NodeJS.Signals): void;
}

/** Of 19: enough that answers come first, and all of a machine that has nothing else to do. */
const NICENESS = 10;
/** How long the last output may take to come once a process is gone; its own children may hold the pipes open. */
const LAST_WORDS_MS = 250;

/** Starts the program that trains a run; it waits for its command. */
export function startRunChild(program: string, onLine: (line: OutputLine) => void): RunChild {
  const child = fork(program, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  giveWay(child);
  const output = new OutputLines(onLine);
  child.stdout?.on("data", (chunk: Buffer) => output.write("stdout", chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.write("stderr", chunk));
  return {
    pid: child.pid,
    ended: endOf(child, output),
    // A process that is already gone is reported by its end.
    send: (command) => child.send(command, () => {}),
    kill: (signal) => child.kill(signal),
  };
}

/** Lets the server answer before training goes on, where both want the same core. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, NICENESS);
  } catch {
    // Some systems let nobody change it: training is then as important as answers.
  }
}

function endOf(child: ChildProcess, output: OutputLines): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    let problem = "";
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      output.end();
      resolve({ code, signal, lastWords: output.lastWords || problem });
    };
    child.on("error", (error) => {
      problem = error.message;
      // One that never began has no exit.
      if (child.pid === undefined) end(null, null);
    });
    child.once("exit", (code, signal) => {
      const timer = setTimeout(end, LAST_WORDS_MS, code, signal);
      child.once("close", () => {
        clearTimeout(timer);
        end(code, signal);
      });
    });
  });
}

/** How a process died, in a sentence. */
export function describeDeath({ code, signal, lastWords }: ProcessEnd): string {
  const how = signal
    ? `was killed by ${signal}`
    : code === null
      ? "could not be started"
      : `ended with code ${code}`;
  return `the training process ${how}${lastWords ? `: ${lastWords}` : ""}`;
}
