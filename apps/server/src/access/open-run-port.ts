import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Relay, RelayError } from "@fedloom/relay";

const FILE = "run-port";

/**
 * Opens the relay to the runs' own processes where others come with TLS or by other names: plain, on this machine alone,
 * and where possible on the port of last time, which a run that outlived its server still knows.
 */
export async function openRunPort(relay: Relay, dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, FILE);
  const { port } = await listen(relay, await rememberedPort(path));
  // Without it only such a run is worse off: what it says comes later, from its file.
  await remember(path, port).catch(() => {});
  return `ws://127.0.0.1:${port}`;
}

async function listen(relay: Relay, port: number): Promise<{ port: number }> {
  try {
    return await relay.listen({ host: "127.0.0.1", port }, { isPlain: true });
  } catch (error) {
    if (!(error instanceof RelayError) || port === 0) throw error;
    return listen(relay, 0);
  }
}

async function rememberedPort(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  const port = /^\d{1,5}\n$/.test(text) ? Number(text) : 0;
  return port <= 65_535 ? port : 0;
}

async function remember(path: string, port: number): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${port}\n`, { mode: 0o600 });
  await rename(draft, path);
}
