import { type FedloomEvent, jsonCodec, type Subscription, toWireEvent } from "@fedloom/protocol";
import { openViewer } from "@fedloom/viewer/node";
import type { Command } from "../command.js";
import { describeEvent } from "../describe-event.js";
import { CliError } from "../errors.js";
import { printable } from "../printable.js";
import { RELAY_FLAGS, relayOf } from "../relay-flags.js";

export const watch: Command = {
  name: "watch",
  summary: "Prints events as they happen: of one run, or of everything.",
  operands: "[RUN_ID]",
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
    const from = values.text("from") ?? (runId ? "start" : "latest");
    if (from !== "start" && from !== "latest") {
      throw new CliError("usage", `--from: expected start or latest, received ${JSON.stringify(from)}`);
    }
    const write = values.isOn("json") ? toJson : describeEvent;
    let wasOpen = false;
    const viewer = openViewer({
      ...relayOf(values),
      runId,
      from,
      types: values.list("type"),
      hosts: values.list("host"),
      severities: values.list("severity") as Subscription["severities"],
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
      print(write(event));
      if (event.type === "training_end" && runId && !values.isOn("follow")) break;
    }
    return 0;
  },
};

function toJson(event: FedloomEvent): string {
  return jsonCodec.encode(toWireEvent(event));
}
