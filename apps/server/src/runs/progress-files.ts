import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncSpool } from "@fedloom/sender/node";

const NAME = /_([0-9A-HJKMNP-TV-Z]{26})\.jsonl?$/;

export interface ProgressFilesOptions {
  readonly directory: string;
  relayUrl(): string;
  tokenFor?: ((runId: string) => string | undefined) | undefined;
  /** How long the relay may give no sign while it gets the events of a file, in ms; 5,000. */
  readonly timeoutMs?: number | undefined;
}

/** What the runs' processes have written down of their events, whether or not a relay has it. */
export class ProgressFiles {
  readonly #options: ProgressFilesOptions;

  constructor(options: ProgressFilesOptions) {
    this.#options = options;
  }

  /** Brings to the relay what a run's processes could not send any more; false if not all of it is there. */
  async sync(runId: string): Promise<boolean> {
    const { relayUrl, tokenFor, timeoutMs = 5_000 } = this.#options;
    const token = tokenFor?.(runId);
    const paths = (await this.#find(runId)).filter((path) => path.endsWith(".jsonl"));
    const results = await Promise.all(
      paths.map((path) =>
        syncSpool(path, { url: relayUrl(), timeoutMs, ...(token !== undefined && { token }) }).then(
          () => true,
          (error: { code?: string }) => error.code === "not_a_spool",
        ),
      ),
    );
    return results.every((isDone) => isDone);
  }

  /** Runs of which a relay has not said that it has everything. */
  async listUnsent(): Promise<string[]> {
    const unsent = new Set<string>();
    for (const name of await this.#names()) {
      const runId = NAME.exec(name)?.[1];
      if (
        runId !== undefined &&
        name.endsWith(".json") &&
        !(await isAcknowledged(join(this.#options.directory, name)))
      )
        unsent.add(runId);
    }
    return [...unsent];
  }

  async remove(runId: string): Promise<void> {
    for (const path of await this.#find(runId)) await rm(path, { force: true }).catch(() => {});
  }

  async #find(runId: string): Promise<string[]> {
    const names = await this.#names();
    return names
      .filter((name) => NAME.exec(name)?.[1] === runId)
      .map((name) => join(this.#options.directory, name));
  }

  #names(): Promise<string[]> {
    return readdir(this.#options.directory).catch(() => []);
  }
}

/** What the snapshot beside a progress file says; one that cannot be read says nothing. */
async function isAcknowledged(path: string): Promise<boolean> {
  try {
    const { sources } = JSON.parse(await readFile(path, "utf8")) as {
      sources: Record<string, { last: number; acknowledged: number }>;
    };
    return Object.values(sources).every(({ last, acknowledged }) => acknowledged >= last);
  } catch {
    return true;
  }
}
