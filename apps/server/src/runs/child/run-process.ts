// One run in a process of its own: trains, and publishes through a sender like any stranger would. Its server may die
// before it: then it goes on, and obeys the next one through the database.
import type { RunCommand } from "../run-messages.js";
import { reasonOf } from "./retrying.js";
import { trainRun } from "./train-run.js";

// Nobody reads any more what a process prints whose server is gone.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
// Ctrl-C reaches the whole process group; the server decides when this process stops.
process.on("SIGINT", () => {});
const interruption = new AbortController();
process.on("SIGTERM", () => interruption.abort());

process.once("message", (command: RunCommand) => {
  trainRun(command, interruption.signal).then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(reasonOf(error));
      process.exit(1);
    },
  );
});
