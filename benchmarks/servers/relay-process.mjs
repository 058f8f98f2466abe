// A relay in a process of its own that counts what it takes.
import { startRelay } from "@fedloom/relay";

const { relay, address } = await startRelay({ port: Number(process.argv[2] ?? 0) });
process.on("message", () =>
  process.send({ accepted: relay.counters.eventsAccepted, duplicates: relay.counters.eventsDuplicate }),
);
process.send({ port: address.port });
