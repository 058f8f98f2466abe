import {
  createClientMessage,
  decodeClientMessage,
  type FedloomEvent,
  jsonCodec,
  matches,
  type Subscription,
  toWireEvent,
} from "@fedloom/protocol";
import { openViewer } from "@fedloom/viewer/node";
import type { Command, FlagValues } from "../command.js";
import { describeEvent } from "../describe-event.js";
import { CliError } from "../errors.js";
import { printable } from "../printable.js";
import { RELAY_FLAGS, relayOf } from "../relay-flags.js";

const END = "training_end";
/** Where the fields of a subscription come from. */
const FLAG_OF: Readonly<Record<string, string>> = {
  run_id: "RUN_ID",
  types: "--type",
  hosts: "--host",
  severities: "--severity",
};

export const watch: Command = {
  name: "watch",
  summary: "Prints events as they happen: of one run, or of everything.",
  operands: "[RUN_ID]",
  maxOperands: 1,
  flags: {
    ...RELAY_FLAGS,
    from: { help: "start or latest (start of a named run, else latest)", type: "text" },
    type: { help: "only these types, such as round_*; repeat for more", type: "list" },
    host: { help: "of hosts, only these, such as gpu-*; repeat for more", type: "list" },
    severity: { help: "of alerts, only info, warning or critical; repeat for more", type: "list" },
    json: { help: "whole events, one JSON object a line", type: "switch" },
    follow: { help: "go on after the end of a named run", type: "switch" },
  },
  async run(values, [runId], { print, note, signal }) {
    const wanted = subscriptionOf(values, runId);
    const endsWithRun = runId !== undefined && runId !== "*" && !values.isOn("follow");
    const write = values.isOn("json") ? toJson : describeEvent;
    let wasOpen = false;
    const viewer = openViewer({
      ...relayOf(values),
      ...wanted,
      // The end of the run is needed to end with it, whether it is to be shown or not.
      types: wanted.types && endsWithRun ? [...wanted.types, END] : wanted.types,
      onGap: () => note("some events are gone from the relay; a snapshot stands for them"),
      onStateChange: (state, reason) => {
        if (state === "waiting")
          note(`${wasOpen ? "reconnecting" : "waiting for the relay"}: ${printable(reason ?? "")}`);
      },
      onSubscribed: ({ recovered, numReplayed }) => {
        if (wasOpen && recovered) note(`reconnected, replayed ${numReplayed} events`);
        wasOpen = true;
      },
    });
    signal.addEventListener("abort", () => viewer.close());
    for await (const event of viewer) {
      if (wanted.types?.some((pattern) => matches(pattern, event.type)) ?? true) print(write(event));
      if (event.type === END && endsWithRun) break;
    }
    return 0;
  },
};

/** What the flags ask for, refused here when the relay would refuse it. */
function subscriptionOf(values: FlagValues, runId: string | undefined): Subscription {
  const from = values.text("from") ?? (runId === undefined ? "latest" : "start");
  if (from !== "start" && from !== "latest") {
    throw new CliError("usage", `--from: expected start or latest, received ${JSON.stringify(from)}`);
  }
  const wanted = {
    runId,
    from,
    types: values.list("type"),
    hosts: values.list("host"),
    severities: values.list("severity"),
  } as Subscription;
  const checked = decodeClientMessage(createClientMessage("subscribe", wanted));
  if (checked.ok) return wanted;
  const { field, expected, received } = checked.error;
  const flag = FLAG_OF[field?.match(/^data\.(\w+)/)?.[1] ?? ""] ?? "watch";
  throw new CliError("usage", `${flag}: expected ${expected}, received ${printable(String(received))}`);
}

function toJson(event: FedloomEvent): string {
  return jsonCodec.encode(toWireEvent(event));
}
