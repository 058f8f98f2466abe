import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { SenderError, syncSpool } from "@fedloom/sender/node";
import { type Command, MAX_NUMBER } from "../command.js";
import { CliError } from "../errors.js";
import { RELAY_FLAGS, relayOf } from "../relay-flags.js";

const MAX_TIMEOUT_SECONDS = Math.floor(MAX_NUMBER / 1_000);

export const sync: Command = {
  name: "sync",
  summary: "Brings the events of runs that were made without a relay to one, from their progress files.",
  operands: "PATH...",
  maxOperands: Number.POSITIVE_INFINITY,
  flags: {
    ...RELAY_FLAGS,
    all: { help: "also what another relay acknowledged before", type: "switch" },
    timeout: { help: "seconds without an answer after which it gives up (30)", type: "number" },
    json: { help: "results as JSON, one object a file", type: "switch" },
  },
  async run(values, operands, { print, note, workingDirectory }) {
    if (operands.length === 0) throw new CliError("usage", "sync: expected files or folders, received none");
    const files = operands.flatMap((path) => spoolFiles(resolve(workingDirectory, path)));
    const seconds = values.number("timeout", 1, MAX_TIMEOUT_SECONDS);
    let numFailed = 0;
    for (const file of files) {
      try {
        const result = await syncSpool(file, {
          ...relayOf(values),
          all: values.isOn("all"),
          timeoutMs: seconds === undefined ? undefined : seconds * 1_000,
        });
        const { events, sent, damaged, rejected } = result;
        const extra = `${damaged ? `, ${damaged} lines damaged` : ""}${rejected ? `, ${rejected} refused` : ""}`;
        print(
          values.isOn("json")
            ? JSON.stringify({ file, ...result })
            : `${file}: ${events} events, ${sent} sent, ${Math.max(0, events - sent)} there already${extra}`,
        );
      } catch (error) {
        if (!(error instanceof SenderError)) throw error;
        note(error.message);
        numFailed++;
        // A relay that does not answer for one file will not for the next.
        if (error.code === "relay_unreachable" || error.code === "relay_refused") break;
      }
    }
    return numFailed === 0 ? 0 : 1;
  },
};

/** A file, or the progress files in a folder. */
function spoolFiles(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const files = readdirSync(path)
    .filter((name) => name.endsWith(".jsonl"))
    .sort();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new CliError("nothing_found", `${path}: expected progress files (*.jsonl), found none`);
}
