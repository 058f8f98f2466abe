import type { StreamPosition } from "@fedloom/protocol";
import { type HistoryPage, type HistoryReader, PAGE_SIZE } from "./history.js";
import type { Streams } from "./streams.js";
import type { Viewer } from "./viewer.js";

export interface ReplayContext {
  history: HistoryReader;
  streams: Streams;
}

/** How often a viewer whose socket is full is looked at again, in ms. */
const ROOM_CHECK_MS = 20;

/**
 * Sends a viewer of one run what is stored of it, from `firstPage` on, then puts it where the events in memory go on.
 * Returns false when events between what is stored and what is in memory are gone.
 */
export async function replayHistory(
  viewer: Viewer,
  runId: string,
  { firstPage, context }: { firstPage: HistoryPage; context: ReplayContext },
): Promise<boolean> {
  const { history, streams } = context;
  const { filter, encoding } = viewer.audience;
  let page = firstPage;
  let after: StreamPosition | undefined;
  while (viewer.isOpen) {
    for (const entry of page) {
      after = { epoch: entry.epoch, offset: entry.offset };
      // From here on memory has everything, and is nearer than the database.
      const joined = positionInMemory(streams, runId, { ...after, offset: after.offset - 1 });
      if (joined !== undefined) {
        viewer.position = joined;
        return true;
      }
      if (filter.accepts(entry)) viewer.write(entry.frameIn(encoding));
      if (!viewer.hasRoom) await roomIn(viewer);
    }
    if (page.length < PAGE_SIZE) break;
    page = (await history.page(runId, after)) ?? [];
  }
  return joinMemory(viewer, runId, { streams, after });
}

/** Everything stored is sent: goes on after the last of it, or with the oldest in memory if there is a gap. */
function joinMemory(
  viewer: Viewer,
  runId: string,
  { streams, after }: { streams: Streams; after: StreamPosition | undefined },
): boolean {
  const stream = streams.get(runId);
  if (!stream) return true;
  const last = after?.epoch === stream.epoch ? after.offset : 0;
  const position = positionInMemory(streams, runId, { epoch: stream.epoch, offset: last });
  viewer.position = position ?? stream.lostUpTo;
  return position !== undefined;
}

function positionInMemory(streams: Streams, runId: string, place: StreamPosition): number | undefined {
  return streams.get(runId)?.epoch === place.epoch ? streams.positionAt(place) : undefined;
}

async function roomIn(viewer: Viewer): Promise<void> {
  while (viewer.isOpen && !viewer.hasRoom) {
    await new Promise((resolve) => setTimeout(resolve, ROOM_CHECK_MS).unref());
  }
}
