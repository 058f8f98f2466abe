import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FedloomEvent } from "@fedloom/protocol";
import { createMetricsSender, type MetricsSender, type NodeMetricsSenderOptions } from "@fedloom/sender/node";
import { openViewer, type Viewer } from "@fedloom/viewer/node";
import { vi } from "vitest";
import { type RelayProcess, startRelayProcess } from "./start-cli.js";

export const RUN_ID = "01JD0000000000000000000000";

export interface Watcher {
  viewer: Viewer;
  /** The rounds seen, in the order in which they came. */
  rounds: number[];
  numGaps(): number;
}

/** Relays, senders and viewers of one test, ended together. */
export class Stage {
  readonly #closers: (() => unknown)[] = [];

  async end(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  /** Has something closed at the end. */
  own<Thing>(thing: Thing, close: (thing: Thing) => unknown): Thing {
    this.#closers.push(() => close(thing));
    return thing;
  }

  async relay(args: readonly string[] = [], port = 0): Promise<RelayProcess> {
    return this.own(await startRelayProcess(args, port), async (relay) => {
      relay.process.kill("SIGCONT");
      relay.process.kill("SIGKILL");
      await relay.exited;
    });
  }

  async folder(): Promise<string> {
    return this.own(await mkdtemp(join(tmpdir(), "fedloom-faults-")), (path) =>
      rm(path, { recursive: true, force: true }),
    );
  }

  async sender(
    url: string,
    options: NodeMetricsSenderOptions = {},
  ): Promise<{ sender: MetricsSender; sendRound: (round: number) => void }> {
    const progressFile = { directory: await this.folder() };
    const sender = createMetricsSender({
      url,
      runId: RUN_ID,
      source: "trainer",
      random: () => 0.1,
      progressFile,
      ...options,
    });
    this.own(sender, () => sender.close(0));
    const sendRound = (round: number) =>
      sender.sendRoundStart({ round, totalRounds: 100_000, participatingClients: 1 });
    return { sender, sendRound };
  }

  /** A viewer that follows the run from its start. */
  watch(url: string): Watcher {
    const rounds: number[] = [];
    const viewer = openViewer({
      url,
      runId: RUN_ID,
      from: "start",
      random: () => 0.1,
      onEvent: (event) => rounds.push((event as FedloomEvent<"round_start">).data.round),
    });
    this.own(viewer, () => viewer.close());
    return { viewer, rounds, numGaps: () => viewer.counters.gaps };
  }
}

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** Waits until a viewer has as many rounds as it should. */
export function untilSeen({ rounds }: Watcher, count: number, timeout = 30_000): Promise<unknown> {
  return vi.waitUntil(() => rounds.length >= count, { timeout, interval: 10 });
}

export function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
