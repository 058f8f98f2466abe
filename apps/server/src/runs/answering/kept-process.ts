import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ServerError } from "../../errors.js";
import type { ProcessReply } from "./process-reply.js";

export interface KeptProcessOptions {
  /** The program, which calls `answerQuestions`. */
  readonly program: URL;
  /** What is asked for, as refusals say it: "preview". */
  readonly what: string;
  /** Questions that may wait while another is answered. */
  readonly maxWaiting: number;
  /** How long one answer may take. */
  readonly limitMs: number;
  /** How long the process stays with nothing to do. */
  readonly idleMs: number;
  /** How much memory its objects may take; arrays of numbers are not among them. */
  readonly maxHeapMb: number;
}

/**
 * A process that answers one question at a time, and keeps for the next what it has in memory. No thread: one that runs
 * out of memory takes the whole server with it.
 */
export interface KeptProcess<Question, Answer> {
  /**
   * Its answer. Where too many wait, the one that waits longest gives way; one whose asker is gone is dropped.
   * @throws ServerError that the process has thrown; `too_busy` without an answer in time, `too_large` without the
   * memory for it.
   */
  ask(question: Question, gone?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

interface Turn<Question, Answer> {
  readonly question: Question;
  readonly gone: AbortSignal | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const STOPS = "the server stops";

/** Keeps a process that starts with the first question, and ends when idle or late. */
export function keepProcess<Question, Answer>(options: KeptProcessOptions): KeptProcess<Question, Answer> {
  const { what, maxWaiting, limitMs, idleMs } = options;
  const waiting: Turn<Question, Answer>[] = [];
  let child: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let isBusy = false;
  let isClosed = false;

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = child;
    child = undefined;
    if (!ending || hasEnded(ending)) return;
    ending.kill("SIGKILL");
    await once(ending, "exit");
  }

  async function answer(question: Question): Promise<Answer> {
    if (!child || hasEnded(child)) child = start(options);
    const asked = child;
    const reply = await replyOf<Answer>(asked, question, limitMs);
    if (reply === "late") {
      // Whatever it is busy with: the next question finds a fresh one.
      await end();
      throw new ServerError("too_busy", `no ${what} within ${limitMs / 1_000} s; try again later`);
    }
    if (reply === "ended") throw isClosed ? new ServerError("too_busy", STOPS) : deathOf(asked, what);
    if ("answer" in reply) return reply.answer;
    if ("error" in reply) throw new Error(reply.error);
    const { code, message, ...details } = reply.refusal;
    throw new ServerError(code, message, details);
  }

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    clearTimeout(idle);
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      const { question, gone, resolve, reject } = turn;
      if (gone?.aborted) reject(new ServerError("too_busy", "whoever asked is gone"));
      else await answer(question).then(resolve, reject);
    }
    isBusy = false;
    if (!isClosed) idle = setTimeout(() => void end(), idleMs).unref();
  }

  function giveWay(reason: string): void {
    waiting.shift()?.reject(new ServerError("too_busy", reason));
  }

  return {
    ask: (question, gone) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= maxWaiting) giveWay(`too many ask for ${what}s; try again later`);
        waiting.push({ question, gone, resolve, reject });
        void work();
      }),
    async close() {
      isClosed = true;
      while (waiting.length > 0) giveWay(STOPS);
      await end();
    },
  };
}

function start({ program, maxHeapMb }: KeptProcessOptions): ChildProcess {
  const execArgv = [`--max-old-space-size=${maxHeapMb}`];
  const child = fork(fileURLToPath(program), { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv });
  // A server that stops does not wait for an answer.
  child.unref();
  child.channel?.unref();
  return child;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function replyOf<Answer>(
  child: ChildProcess,
  question: unknown,
  limitMs: number,
): Promise<ProcessReply<Answer> | "late" | "ended"> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const message = once(child, "message", { signal }).then(([reply]) => reply as ProcessReply<Answer>);
    const exit = once(child, "exit", { signal }).then(() => "ended" as const);
    const late = wait(limitMs, "late" as const, { signal, ref: false });
    // One that is already gone is reported by its end.
    child.send(question as object, () => {});
    return await Promise.race([message, exit, late]);
  } finally {
    over.abort();
  }
}

/** Node aborts a process without memory, and the system kills one. */
function deathOf({ exitCode, signalCode }: ChildProcess, what: string): Error {
  if (signalCode === "SIGABRT" || signalCode === "SIGKILL") {
    return new ServerError("too_large", `no ${what}: the data take more memory than there is for it`);
  }
  return new Error(`the process that makes ${what}s ended with ${signalCode ?? exitCode}`);
}
