import { type FedloomEvent, toWireEvent } from "@fedloom/protocol";
import type { PlacedEvent } from "../api/events.js";

/** Events as a database holds them, which numbers them from 1. */
export function placed(events: readonly FedloomEvent[]): PlacedEvent[] {
  return events.map((event, i) => ({ position: i + 1, event }));
}

/** Server-sent events of what is stored and of what is stored later, in pieces that cut lines anywhere. */
export function streamOf(
  server: { stored: readonly FedloomEvent[] },
  after: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let sent = after;
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      const send = (text: string) => {
        const bytes = encoder.encode(text);
        for (let from = 0; from < bytes.length; from += 100) {
          controller.enqueue(bytes.subarray(from, from + 100));
        }
      };
      send("retry: 1000\n\n");
      const timer = setInterval(() => {
        for (const { position, event } of placed(server.stored).slice(sent)) {
          sent = position;
          send(`id: ${position}\ndata: ${JSON.stringify({ ...toWireEvent(event), position })}\n\n`);
        }
      }, 2);
      signal.addEventListener("abort", () => {
        clearInterval(timer);
        controller.error(new Error("aborted"));
      });
    },
  });
}
