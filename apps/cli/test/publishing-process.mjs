// A training script that publishes without end, or forgets to close its sender; started by tests.
import { createMetricsSender } from "@fedloom/sender/node";

const [url, directory, runId, numRounds] = process.argv.slice(2);
const sender = createMetricsSender({ url, runId, source: "trainer", progressFile: { directory } });
let round = 0;
const sendSome = () => {
  for (let n = 0; n < 10 && round < Number(numRounds); n++) {
    sender.sendRoundStart({ round: ++round, totalRounds: 100_000, participatingClients: 1 });
  }
  process.send?.({ sent: round, spooled: sender.counters.spooled });
  if (round < Number(numRounds)) setTimeout(sendSome, 2);
  else process.disconnect?.();
};
sendSome();
