import { Connection, type OpenWebSocket } from "@fedloom/connection";
import { openNodeWebSocket } from "@fedloom/connection/node";
import type { RelayMessage } from "@fedloom/protocol";
import { SenderError } from "./errors.js";
import { RunPublisher } from "./run-publisher.js";
import { StoredSpool, scanSpool } from "./stored-spool.js";

export interface SyncOptions {
  url: string;
  token?: string | undefined;
  /** Whether events that a relay acknowledged before are sent as well, if this one does not have them; false. */
  all?: boolean | undefined;
  /** How long the relay may be unreachable or give no acknowledgement before this gives up, in ms; 30,000. */
  timeoutMs?: number | undefined;
  openWebSocket?: OpenWebSocket | undefined;
  /** Called now and then with the number of events that are left. */
  onProgress?: ((numPending: number) => void) | undefined;
}

export interface SyncResult {
  runs: number;
  /** Events in the file. */
  events: number;
  sent: number;
  /** Lines that are torn or damaged. */
  damaged: number;
  rejected: number;
}

/**
 * Brings what a progress file holds to a relay, from where the relay says it is, until the relay has it.
 * @throws SenderError `file_unreadable`, `not_a_spool`, `relay_unreachable` or `relay_refused`.
 */
export async function syncSpool(path: string, options: SyncOptions): Promise<SyncResult> {
  const { sources, numDamaged } = await scanSpool(path);
  const events = sources.reduce((sum, { numRecords }) => sum + numRecords, 0);
  if (events === 0) {
    const found = numDamaged > 0 ? `${numDamaged} damaged lines` : "none";
    throw new SenderError(
      "not_a_spool",
      `${path}: expected events, one a line with a checksum, received ${found}`,
    );
  }
  const publishers = new Map<string, RunPublisher>();
  let rejected = 0;
  await new Promise<void>((resolve, reject) => {
    const { timeoutMs = 30_000 } = options;
    let reason = "the relay gave no acknowledgement";
    const settle = (error?: SenderError) => {
      clearTimeout(timer);
      connection.close();
      if (error) reject(error);
      else resolve();
    };
    const expire = () => settle(new SenderError("relay_unreachable", `${options.url}: ${reason}`));
    const timer = setTimeout(expire, timeoutMs);
    let ackLevel: "accepted" | "stored" = "accepted";
    const onMessage = (message: RelayMessage) => {
      if (message.type !== "ack" && message.type !== "reject") return;
      const publisher = publishers.get(`${message.data.runId} ${message.data.source}`);
      if (message.type === "ack") publisher?.onAck(message.data.level, message.data.seq, ackLevel);
      else if (message.data.code === "lease_taken") publisher?.onLeaseTaken();
      else if (publisher && message.data.seq !== undefined) {
        rejected++;
        publisher.onReject(message.data.seq);
      } else if (message.data.code === "unauthorized" || message.data.code === "forbidden") {
        return settle(new SenderError("relay_refused", `${options.url}: ${message.data.message}`));
      }
      timer.refresh();
      const numPending = [...publishers.values()].reduce((sum, each) => sum + each.numPending, 0);
      options.onProgress?.(numPending);
      if (numPending === 0 && [...publishers.values()].every((each) => each.startedAt !== undefined))
        settle();
    };
    const connection = new Connection({
      url: options.url,
      token: options.token,
      openWebSocket: options.openWebSocket ?? openNodeWebSocket(),
      onReady: (welcome) => {
        ackLevel = welcome.ackLevel;
        for (const publisher of publishers.values()) publisher.announce();
      },
      onMessage,
      onStateChange: (_state, why) => {
        reason = why ?? reason;
      },
    });
    for (const found of sources) {
      const publisher = new RunPublisher({
        runId: found.runId,
        source: found.source,
        spool: new StoredSpool(path, found),
        connection,
        ignoreAcknowledged: options.all ?? false,
      });
      publishers.set(`${found.runId} ${found.source}`, publisher);
    }
  });
  const sent = [...publishers.values()].reduce((sum, { numSent }) => sum + numSent, 0);
  await Promise.all([...publishers.values()].map((publisher) => publisher.close()));
  const runs = new Set(sources.map(({ runId }) => runId)).size;
  return { runs, events, sent, damaged: numDamaged, rejected };
}
