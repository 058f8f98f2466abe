import { once } from "node:events";
import { RelayError } from "@fedloom/relay";
import { SenderError } from "@fedloom/sender/node";
import { ViewerError } from "@fedloom/viewer/node";
import { type Command, type PassThroughCommand, readFlags, type Surroundings, usageOf } from "./command.js";
import { agent } from "./commands/agent.js";
import { relay } from "./commands/relay.js";
import { runs } from "./commands/runs.js";
import { serve } from "./commands/serve.js";
import { simulate } from "./commands/simulate.js";
import { sync } from "./commands/sync.js";
import { token } from "./commands/token.js";
import { train } from "./commands/train.js";
import { watch } from "./commands/watch.js";
import { CliError } from "./errors.js";

const COMMANDS: readonly (Command | PassThroughCommand)[] = [
  serve,
  runs,
  simulate,
  train,
  relay,
  agent,
  watch,
  sync,
  token,
];

const stop = new AbortController();
let numSignals = 0;
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    // The second signal ends at once.
    if (++numSignals > 1) process.exit(code);
    stop.abort();
  });
}
// Whoever read the output has gone, as `| head` does, or the disk is full: a command then ends in order.
let outputFault: NodeJS.ErrnoException | undefined;
process.stdout.on("error", (error) => {
  outputFault ??= error;
  stop.abort();
});
// Nobody is left to be told.
process.stderr.on("error", () => {});

const surroundings: Surroundings = {
  environment: process.env,
  workingDirectory: process.env.INIT_CWD ?? process.cwd(),
  print: (line) => {
    if (!outputFault) process.stdout.write(`${line}\n`);
  },
  write: async (part) => {
    if (outputFault || process.stdout.write(part)) return;
    // A reader that goes away is seen above.
    await once(process.stdout, "drain", { signal: stop.signal }).catch(() => {});
  },
  note: (line) => process.stderr.write(`fedloom: ${line}\n`),
  signal: stop.signal,
};

const code = await main(process.argv.slice(2));
process.exitCode = outputFault ? codeWithout(outputFault) : code;

/** The exit code of a command whose output was not taken; a reader that has gone had enough. */
function codeWithout(fault: NodeJS.ErrnoException): number {
  if (fault.code === "EPIPE") return code;
  surroundings.note(`standard output: expected to be writable: ${fault.message}`);
  return 1;
}

async function main([name, ...args]: string[]): Promise<number> {
  const { print, note, environment } = surroundings;
  if (name === undefined || name === "--help" || name === "help") {
    print(overview());
    return name === undefined ? 2 : 0;
  }
  try {
    const command = COMMANDS.find((each) => each.name === name);
    if (!command) {
      const known = COMMANDS.map((each) => each.name).join(" or ");
      throw new CliError("usage", `expected ${known}, received ${JSON.stringify(name)}`);
    }
    if ("pass" in command) return await command.pass(args, surroundings);
    const { values, operands } = readFlags(command, args, environment);
    if (values.isOn("help")) {
      print(usageOf(command));
      return 0;
    }
    return await command.run(values, operands, surroundings);
  } catch (error) {
    note(isExpected(error) ? (error as Error).message : ((error as Error).stack ?? String(error)));
    return error instanceof CliError && error.code === "usage" ? 2 : 1;
  }
}

/** Whether an error's message is all that a user needs; those that are loaded late are known by their names. */
function isExpected(error: unknown): boolean {
  const { name } = error as Error;
  if (["TrainerError", "StrategyError", "DbError"].includes(name)) return true;
  return [CliError, RelayError, SenderError, ViewerError].some((kind) => error instanceof kind);
}

function overview(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`);
  return `Usage: fedloom COMMAND [options]\n\n${lines.join("\n")}\n\nfedloom COMMAND --help lists a command's options.`;
}
