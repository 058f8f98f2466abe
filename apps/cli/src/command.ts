import { parseArgs } from "node:util";
import { CliError } from "./errors.js";

/** Where a command reads and writes. */
export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  workingDirectory: string;
  print: (line: string) => void;
  /** For what is not the command's result. */
  note: (line: string) => void;
  /** Takes a part of a long result; resolves when there is room for more. */
  write: (part: Uint8Array) => Promise<void>;
  /** Aborted when the user wants the command to end. */
  signal: AbortSignal;
}

export interface Flag {
  help: string;
  type: "text" | "number" | "switch" | "list";
  /** Environment variable that sets the same. */
  environment?: string;
}

export interface Command {
  name: string;
  summary: string;
  /** What stands after the command, such as `PATH...`. */
  operands?: string;
  /** How many of them at most; 0. */
  maxOperands?: number;
  flags: Readonly<Record<string, Flag>>;
  /** Does it; answers the exit code. */
  run(values: FlagValues, operands: readonly string[], surroundings: Surroundings): Promise<number>;
}

/** A command that reads its own arguments, `--help` among them. */
export interface PassThroughCommand {
  name: string;
  summary: string;
  /** Does it; answers the exit code. */
  pass(args: readonly string[], surroundings: Surroundings): Promise<number>;
}

/** The longest time that a timer takes, in ms; larger numbers are of no use anywhere. */
export const MAX_NUMBER = 2_147_483_647;

interface Limits {
  min?: number;
  max?: number;
  /** Instead of `min`: not this number itself. */
  above?: number;
}

/** The flags that were given, by name. */
export class FlagValues {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  text(flag: string): string | undefined {
    const value = this.#values[flag];
    return value === undefined ? undefined : String(value);
  }

  /** A whole number from `min` to `max`; refuses everything else. */
  number(flag: string, min = 0, max = MAX_NUMBER): number | undefined {
    const value = this.text(flag);
    if (value === undefined) return undefined;
    if (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
    throw new CliError(
      "usage",
      `--${flag}: expected a whole number from ${min} to ${max}, received ${JSON.stringify(value)}`,
    );
  }

  /** A number from `min` to `max`, or above `above`; refuses everything else. */
  decimal(flag: string, { min = 0, max = Number.MAX_VALUE, above }: Limits = {}): number | undefined {
    const value = this.text(flag);
    if (value === undefined) return undefined;
    const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
    if (number <= max && (above === undefined ? number >= min : number > above)) return number;
    const from = above === undefined ? `from ${min}` : `above ${above}`;
    const expected = `a number ${from}${max === Number.MAX_VALUE ? "" : ` to ${max}`}`;
    throw new CliError("usage", `--${flag}: expected ${expected}, received ${JSON.stringify(value)}`);
  }

  /** One of the given words. */
  choice<const Word extends string>(flag: string, words: readonly Word[]): Word | undefined {
    const value = this.text(flag);
    if (value === undefined || words.includes(value as Word)) return value as Word | undefined;
    throw new CliError(
      "usage",
      `--${flag}: expected ${words.join(" or ")}, received ${JSON.stringify(value)}`,
    );
  }

  /** A JSON object. */
  object(flag: string): Record<string, unknown> | undefined {
    const value = this.text(flag);
    if (value === undefined) return undefined;
    let parsed: unknown;
    try {
      parsed = JSON.parse(value);
    } catch {
      parsed = undefined;
    }
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
    throw new CliError("usage", `--${flag}: expected a JSON object, received ${JSON.stringify(value)}`);
  }

  list(flag: string): string[] | undefined {
    return this.#values[flag] as string[] | undefined;
  }

  isOn(flag: string): boolean {
    const value = this.#values[flag];
    return value === true || value === "1" || value === "true";
  }
}

/** Reads a command's flags from the command line, then from the environment. */
export function readFlags(
  command: Command,
  args: readonly string[],
  environment: Surroundings["environment"],
): { values: FlagValues; operands: string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...command.flags, help: HELP }).map(([flag, { type }]) => [
      flag,
      { type: type === "switch" ? "boolean" : "string", multiple: type === "list" } as const,
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const given: Record<string, unknown> = { ...values };
    for (const [flag, { environment: variable }] of Object.entries(command.flags)) {
      if (variable && given[flag] === undefined && environment[variable]) given[flag] = environment[variable];
    }
    refuseEmpty(given);
    refuseStray(command, positionals);
    return { values: new FlagValues(given), operands: positionals };
  } catch (error) {
    if (error instanceof CliError) throw error;
    // Node's own messages have several lines.
    const reason = (error as Error).message.replaceAll(/\s*\n\s*/g, " ");
    const message = `${reason} (fedloom ${command.name} --help lists the options)`;
    throw new CliError("usage", message, { cause: error });
  }
}

function refuseEmpty(given: Readonly<Record<string, unknown>>): void {
  const flag = Object.keys(given).find((name) => given[name] === "");
  if (flag !== undefined) throw new CliError("usage", `--${flag}: expected a value, received ""`);
}

function refuseStray({ name, operands, maxOperands = 0 }: Command, given: readonly string[]): void {
  const stray = given[maxOperands];
  if (stray === undefined) return;
  const expected = operands === undefined ? "no operands" : `only ${operands}`;
  throw new CliError("usage", `${name}: expected ${expected}, received ${JSON.stringify(stray)}`);
}

export function usageOf({ name, summary, operands, flags }: Command): string {
  const all: [string, Flag][] = Object.entries({ ...flags, help: HELP });
  const width = all.reduce((most, [flag]) => Math.max(most, flag.length), 16);
  const lines = all.flatMap(([flag, { help, environment }]) => {
    const text = `${help}${environment ? `  [${environment}]` : ""}`;
    const [first, ...rest] = wrap(text, WIDTH - width - 5);
    return [`  --${flag.padEnd(width)} ${first}`, ...rest.map((line) => " ".repeat(width + 5) + line)];
  });
  const usage = `Usage: fedloom ${name}${operands ? ` ${operands}` : ""} [options]`;
  return [usage, "", ...wrap(summary, WIDTH), "", ...lines].join("\n");
}

/** Breaks a text between words; a word that is too long stands alone. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

const WIDTH = 80;
const HELP: Flag = { help: "show this", type: "switch" };
