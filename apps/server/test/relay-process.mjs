// A relay in a process of its own, to be killed by a test; says on stdout where it listens.
import { startRelay } from "@fedloom/relay";

const { address } = await startRelay({ port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${address.port}\n`);
