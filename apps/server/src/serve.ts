import { DbError } from "@fedloom/db";
import { RelayError } from "@fedloom/relay";
import { createServer, type Server } from "./create-server.js";
import { parseServerOptions, type ServerOptions } from "./env.js";
import { ServerError } from "./errors.js";
import { usage } from "./flags.js";
import { followRun, printAddresses } from "./terminal.js";

type Environment = Readonly<Record<string, string | undefined>>;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const print = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Runs the server as command line and environment say, until a signal ends it.
 * @returns the exit code: 0 for a server that stopped in order.
 */
export async function serve(
  args: readonly string[],
  environment: Environment,
  workingDirectory: string,
): Promise<number> {
  let server: Server | undefined;
  const stopped = new Promise<void>((resolve) => onSignals(() => server !== undefined, resolve));
  try {
    const options = parseServerOptions(args, environment, workingDirectory);
    if (options === "help") {
      print(usage());
      return 0;
    }
    server = await createServer(options);
    printAddresses(server, print);
    await beginFirstRun(server, options);
    await stopped;
    await server.close();
    return 0;
  } catch (error) {
    process.stderr.write(`fedloom: ${describe(error)}\n`);
    await server?.close().catch(() => {});
    return 1;
  }
}

/** The first signal ends in order, the second at once; so does any before the server is up. */
function onSignals(isUp: () => boolean, stop: () => void): void {
  let isStopping = false;
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => {
      if (isStopping || !isUp()) process.exit(code);
      isStopping = true;
      print("\nStopping … (again to stop at once)");
      stop();
    });
  }
}

/** Starts the run that was asked for, unless an earlier one goes on. */
async function beginFirstRun(server: Server, { firstRun }: ServerOptions): Promise<void> {
  if (!firstRun) return;
  const unfinished = await server.runs.findUnfinished();
  const runId = unfinished ?? (await server.runs.start(firstRun));
  if (unfinished) print("An earlier run goes on; --no-run and `fedloom runs` leave it or end it.");
  print(`Watch it live: ${server.url}/runs/${runId}`);
  void followRun(server, runId, print);
}

/** One sentence for what was to be expected, everything for what was not. */
function describe(error: unknown): string {
  const isExpected = error instanceof ServerError || error instanceof DbError || error instanceof RelayError;
  return isExpected ? error.message : ((error as Error).stack ?? String(error));
}
