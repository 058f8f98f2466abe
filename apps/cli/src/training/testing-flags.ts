import { type Flag, type FlagValues, readFlags } from "../command.js";

/** The values that a command line of these flags has. */
export function valuesOf(flags: Readonly<Record<string, Flag>>, args: readonly string[]): FlagValues {
  const command = { name: "test", summary: "", flags, run: () => Promise.resolve(0) };
  return readFlags(command, args, {}).values;
}
