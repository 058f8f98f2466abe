import type { Connection } from "@fedloom/connection";
import { createClientMessage } from "@fedloom/protocol";
import type { Spool, SpoolRecord } from "./spool.js";

export interface RunPublisherOptions {
  runId: string;
  source: string;
  spool: Spool;
  connection: Connection;
  /** Whether events that were acknowledged before are sent as well, to a relay that does not have them. */
  ignoreAcknowledged?: boolean;
}

const BATCH_BYTES = 128 * 1024;
/** How soon events are sent after they were given, so that several share one write, in ms. */
const GATHER_MS = 10;
/** How soon a lease that another connection took is asked for again, and a spool that could not be read, in ms. */
const RETRY_MS = 1_000;

/** Brings what is in a spool to the relay: in order, each again until it is acknowledged. */
export class RunPublisher {
  readonly runId: string;
  readonly source: string;
  readonly spool: Spool;
  readonly #connection: Connection;
  /** Seq of the last record that went out on this connection. */
  #cursor = 0;
  /** Whether the relay has answered this connection's `publish`. */
  #isReady = false;
  #isReading = false;
  /** Which connection this is, so that a read that began under an earlier one is dropped. */
  #generation = 0;
  /** Seqs that the relay refused and that no acknowledgement has passed yet. */
  readonly #refused = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #acknowledged: number;
  #numSent = 0;
  #startedAt: number | undefined;

  constructor({ runId, source, spool, connection, ignoreAcknowledged = false }: RunPublisherOptions) {
    this.runId = runId;
    this.source = source;
    this.spool = spool;
    this.#connection = connection;
    this.#acknowledged = ignoreAcknowledged ? 0 : spool.acknowledged;
    if (connection.state === "open") this.announce();
  }

  /** Records that the relay does not have yet, as far as it has said so. */
  get numPending(): number {
    return Math.max(0, this.spool.lastSeq - this.#acknowledged);
  }

  /** Frames handed to the network, repeated ones included. */
  get numSent(): number {
    return this.#numSent;
  }

  /** Seq up to which the relay had everything when it was first asked; undefined before that. */
  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** Opens this source's session on a new connection; what is missing goes out when the relay has answered. */
  announce(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#generation++;
    this.#isReady = false;
    const { runId, source } = this;
    this.#connection.send(createClientMessage("publish", { runId, source }));
  }

  onAck(level: "accepted" | "stored", seq: number, wantedLevel: "accepted" | "stored"): void {
    if (level === "accepted" && !this.#isReady) {
      this.#isReady = true;
      this.#cursor = Math.max(
        seq,
        this.spool.firstSeq - 1,
        wantedLevel === "stored" ? this.#acknowledged : 0,
      );
      this.#startedAt ??= this.#cursor;
      // What was in the memory of a relay that is gone must be sent again; what is stored never.
      if (wantedLevel === "accepted") this.#acknowledged = this.#cursor;
    }
    if (level === wantedLevel) this.#acknowledge(seq);
    this.pump();
  }

  /** Lets go of an event that the relay refuses, so that it does not come again for ever. */
  onReject(seq: number): void {
    this.#refused.add(seq);
    this.#acknowledge(this.#acknowledged);
  }

  /**
   * Stops, because another connection publishes as this source and what is sent here is refused, and asks for the lease
   * again soon: the other one may be a copy of this run that is synced, or this sender's own connection from before.
   */
  onLeaseTaken(): void {
    this.#isReady = false;
    this.#retryLater();
  }

  /** Sends what is new, together with what else is given in the next few milliseconds. */
  pumpSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.pump();
    }, GATHER_MS);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Sends what is new, as far as the socket takes it. */
  pump(): void {
    while (this.#isReady && !this.#isReading) {
      // A full socket is looked at again soon, rather than with the next acknowledgement.
      if (!this.#connection.canSend) return this.#connection.state === "open" ? this.pumpSoon() : undefined;
      if (this.#cursor >= this.spool.lastSeq) return;
      const records = this.spool.read(this.#cursor, BATCH_BYTES);
      if (records instanceof Promise) return void this.#sendLater(records);
      if (records.length === 0) return;
      this.#send(records);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
    this.#isReady = false;
    await this.spool.close();
  }

  async #sendLater(reading: Promise<readonly SpoolRecord[]>): Promise<void> {
    const generation = this.#generation;
    this.#isReading = true;
    const records = await reading.catch(() => undefined);
    this.#isReading = false;
    if (!records) return this.#retryLater();
    // What was read for a connection that is gone must not go out before the next one has announced this source.
    const isSameConnection = generation === this.#generation && this.#connection.state === "open";
    if (isSameConnection && this.#isReady && records.length > 0) this.#send(records);
    if (!isSameConnection || records.length > 0) this.pump();
  }

  #retryLater(): void {
    if (this.#retryTimer !== undefined) return;
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      if (this.#isReady) this.pump();
      else if (this.#connection.state === "open") this.announce();
    }, RETRY_MS);
    (this.#retryTimer as { unref?: () => void }).unref?.();
  }

  #send(records: readonly SpoolRecord[]): void {
    this.#cursor = records.at(-1)?.seq ?? this.#cursor;
    this.#numSent += records.length;
    this.#connection.sendFrames(records.map(({ frame }) => frame));
  }

  #acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    while (this.#refused.delete(this.#acknowledged + 1)) this.#acknowledged++;
    for (const refused of this.#refused) if (refused <= this.#acknowledged) this.#refused.delete(refused);
    this.spool.acknowledge(this.#acknowledged);
  }
}
