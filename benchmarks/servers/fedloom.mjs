// The relay, as `startRelay` gives it.
import { startRelay } from "@fedloom/relay";
import { reportLoop } from "./report-loop.mjs";

const { address } = await startRelay({ port: 0 });
reportLoop(address.port);
