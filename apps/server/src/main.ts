import { DbError } from "@fedloom/db";
import { RelayError } from "@fedloom/relay";
import { createServer, type Server } from "./create-server.js";
import { parseServerOptions, usage } from "./env.js";
import { ServerError } from "./errors.js";
import { followRun, printAddresses } from "./terminal.js";

const print = (line: string) => process.stdout.write(`${line}\n`);

let server: Server | undefined;
let stopping = false;

process
  .on("SIGINT", () => stop(130))
  .on("SIGTERM", () => stop(143))
  .on("SIGHUP", () => stop(129));

try {
  const options = parseServerOptions(
    process.argv.slice(2),
    process.env,
    process.env.INIT_CWD ?? process.cwd(),
  );
  if (options === "help") {
    print(usage());
    process.exit(0);
  }
  server = await createServer(options);
  printAddresses(server, print);
  if (options.firstRun) {
    const runId = await server.runs.start(options.firstRun);
    print(`Watch it live: ${server.url}/runs/${runId}`);
    void followRun(server, runId, print);
  }
} catch (error) {
  await fail(error);
}

/** Ends in order; a second signal ends at once. */
function stop(exitCode: number): void {
  if (stopping || !server) process.exit(exitCode);
  stopping = true;
  print("\nStopping … (again to stop at once)");
  server.close().then(
    () => process.exit(0),
    (error: unknown) => fail(error),
  );
}

async function fail(error: unknown): Promise<never> {
  const expected = error instanceof ServerError || error instanceof DbError || error instanceof RelayError;
  process.stderr.write(`fedloom: ${expected ? error.message : ((error as Error).stack ?? String(error))}\n`);
  await server?.close().catch(() => {});
  process.exit(1);
}
