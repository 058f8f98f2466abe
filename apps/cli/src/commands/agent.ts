import { once } from "node:events";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { hostParams } from "@fedloom/protocol";
import { createMetricsSender, type MetricsSender } from "@fedloom/sender/node";
import { createSystemSampler } from "@fedloom/system";
import type { Command, Surroundings } from "../command.js";
import { CliError } from "../errors.js";
import { printable } from "../printable.js";
import { RELAY_FLAGS, relayOf } from "../relay-flags.js";

const DAY_SECONDS = 24 * 60 * 60;
const DEFAULT_SECONDS = 5;
/** How long a connection must last to be told of, in ms. */
const SETTLED_MS = 1_000;

export const agent: Command = {
  name: "agent",
  summary: "Tells a server how this machine is: CPU, memory, disk, network, load, GPUs.",
  flags: {
    ...RELAY_FLAGS,
    host: {
      help: "name of this machine (that of its network)",
      type: "text",
      environment: "FEDLOOM_HOST_NAME",
    },
    interval: { help: "seconds between samples (5)", type: "text" },
    disk: { help: "a folder of the filesystem to measure (the working directory)", type: "text" },
  },
  async run(values, _operands, { print, note, signal, workingDirectory }) {
    const host = nameOf(values.text("host") ?? hostname());
    const seconds = values.decimal("interval", { min: 0.1, max: DAY_SECONDS }) ?? DEFAULT_SECONDS;
    const diskPath = resolve(workingDirectory, values.text("disk") ?? ".");
    const relay = relayOf(values);
    const sender = createMetricsSender({ ...relay, progressFile: false });
    const sampler = createSystemSampler({
      host,
      diskPath,
      intervalMs: seconds * 1_000,
      onFailure: (part, reason) =>
        note(
          reason === undefined
            ? `${part}: can be read again`
            : `${part}: cannot be read: ${printable(reason)}`,
        ),
    });
    tellOfConnection(sender, { note });
    sampler.onSample((sample) => sender.sendSystemMetrics(sample));
    print(`tells ${relay.url} every ${seconds} s how ${printable(host)} is`);
    // Neither socket nor timers of the two keep the process.
    const stay = setInterval(() => {}, DAY_SECONDS * 1_000);
    if (!signal.aborted) await once(signal, "abort");
    clearInterval(stay);
    await sampler.close();
    await sender.close();
    return 0;
  },
};

function nameOf(host: string): string {
  if (hostParams.safeParse({ host }).success) return host;
  const received = JSON.stringify(host.slice(0, 40));
  throw new CliError(
    "usage",
    `--host: expected 1 to 128 characters without control characters, received ${received}`,
  );
}

/** Says when the relay cannot be reached, or takes nothing, and when it does again. */
function tellOfConnection(sender: MetricsSender, { note }: Pick<Surroundings, "note">): void {
  let toldReason: string | undefined;
  let hasRejected = false;
  const tell = () => {
    const { state, stateReason: reason, counters } = sender;
    if (state === "waiting" && reason !== undefined && reason !== toldReason) {
      toldReason = reason;
      note(`waiting for the relay: ${printable(reason)}`);
    }
    if (state === "open" && toldReason !== undefined) setTimeout(tellOfReturn, SETTLED_MS).unref();
    if (counters.rejected > 0 && !hasRejected) note("the relay refuses what this machine says");
    hasRejected = counters.rejected > 0;
  };
  // A relay that lets nobody publish takes the connection first.
  const tellOfReturn = () => {
    if (sender.state !== "open" || toldReason === undefined) return;
    toldReason = undefined;
    note("connected again");
  };
  sender.onChange(tell);
}
