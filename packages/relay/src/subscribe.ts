import type { Subscription } from "@fedloom/protocol";
import type { Encoding, StreamEntry } from "./entry.js";
import type { FanOut } from "./fan-out.js";
import { createFilter } from "./filter.js";
import type { HistoryReader } from "./history.js";
import { replayHistory } from "./replay.js";
import type { Streams } from "./streams.js";
import { Viewer, type ViewerLimits, type ViewerSocket } from "./viewer.js";

export interface SubscribeContext {
  streams: Streams;
  fanOut: FanOut;
  history: HistoryReader | undefined;
  limits: ViewerLimits;
  /** Called when stored events could not be read. */
  onHistoryFailure: (error: unknown) => void;
}

/** Where a subscription begins, and what there is to say about it. */
export interface SubscriptionStart {
  recovered: boolean;
  epoch?: string | undefined;
  offset?: number | undefined;
  numSnapshot?: number | undefined;
}

export interface SubscribeRequest {
  subscription: Subscription;
  socket: ViewerSocket;
  encoding: Encoding;
  /** Called before any event is sent, and again when a replay finds that events are gone. */
  onStart: (start: SubscriptionStart) => void;
}

/** Most runs of which a viewer of all runs gets a snapshot: those heard of last. */
const MAX_SNAPSHOT_RUNS = 32;

interface Begin {
  /** The position after which to send. */
  position: number;
  /** Whether that leaves nothing out. */
  recovered: boolean;
}

/** Makes a viewer and puts it where it asked to begin. Live events wait until what it missed is sent. */
export function subscribe(request: SubscribeRequest, context: SubscribeContext): Viewer {
  const { subscription, socket, encoding } = request;
  const audience = context.fanOut.audience(createFilter(subscription), encoding);
  const viewer = new Viewer(audience, socket, context.limits);
  const start = startInMemory(subscription, viewer, context.streams);
  const runId = viewer.audience.filter.streamKey;
  if (runId === undefined || !context.history || isInMemory(subscription, start)) {
    begin(viewer, start, request, context);
  } else {
    viewer.isReplaying = true;
    replayStored(viewer, runId, request, context).catch(context.onHistoryFailure);
  }
  return viewer;
}

/** Memory cannot tell whether a run has events from before the relay started, so its start is always read. */
function isInMemory({ from = "latest" }: Subscription, { recovered }: Begin): boolean {
  return from !== "start" && recovered;
}

function startInMemory({ from = "latest" }: Subscription, viewer: Viewer, streams: Streams): Begin {
  const { filter } = viewer.audience;
  const stream = filter.streamKey === undefined ? undefined : streams.get(filter.streamKey);
  if (from === "latest") return { position: streams.position, recovered: true };
  if (from === "start") {
    // Of a run that is not in memory nothing can be promised.
    const isKnown = filter.streamKey === undefined || stream !== undefined;
    return { position: 0, recovered: isKnown && viewer.audience.holdsAfter(0) };
  }
  const isOfStream = filter.streamKey === undefined || stream?.epoch === from.epoch;
  const position = isOfStream ? streams.positionAt(from) : undefined;
  if (position === undefined) return { position: 0, recovered: false };
  return { position, recovered: viewer.audience.holdsAfter(position) };
}

/** Answers the subscription from memory; where events are gone, a snapshot stands for them. */
function begin(
  viewer: Viewer,
  { position, recovered }: Begin,
  request: SubscribeRequest,
  { streams, fanOut }: SubscribeContext,
): void {
  const { streamKey } = viewer.audience.filter;
  const stream = streamKey === undefined ? undefined : streams.get(streamKey);
  viewer.startAfter(position);
  const older = !recovered || request.subscription.snapshot ? snapshotFor(viewer, streams) : [];
  request.onStart({
    recovered,
    ...(stream && { epoch: stream.epoch, offset: stream.head }),
    ...(older.length > 0 && { numSnapshot: older.length }),
  });
  if (older.length > 0) viewer.write(Buffer.concat(older.map((entry) => entry.frameIn(request.encoding))));
  fanOut.attend(viewer);
}

async function replayStored(
  viewer: Viewer,
  runId: string,
  request: SubscribeRequest,
  context: SubscribeContext,
): Promise<void> {
  const { from } = request.subscription;
  const { history, streams, fanOut } = context;
  let isComplete = false;
  try {
    const firstPage = await history?.page(runId, typeof from === "object" ? from : undefined);
    if (history && firstPage) {
      const stream = streams.get(runId);
      const place = stream && { epoch: stream.epoch, offset: stream.head };
      request.onStart({ recovered: true, ...place });
      isComplete = await replayHistory(viewer, runId, { firstPage, context: { history, streams } });
    }
  } catch (error) {
    context.onHistoryFailure(error);
  }
  viewer.isReplaying = false;
  if (!viewer.isOpen) return;
  if (isComplete) return fanOut.attend(viewer);
  // Also when the replay finds events gone after all: a gap is told, even late.
  begin(viewer, { position: 0, recovered: false }, request, context);
}

/** The newest event of each kind among those that the viewer will not be sent anyway. */
function snapshotFor(viewer: Viewer, streams: Streams): StreamEntry[] {
  const { filter } = viewer.audience;
  const wanted = [...streams.all()].filter((stream) => filter.wants(stream));
  const shown =
    filter.streamKey === undefined
      ? wanted.filter((stream) => !stream.hasEnded).slice(-MAX_SNAPSHOT_RUNS)
      : wanted;
  return shown
    .flatMap((stream) =>
      stream.snapshot().filter(({ position }) => position <= Math.max(viewer.position, stream.lostUpTo)),
    )
    .filter((entry) => filter.accepts(entry))
    .sort((a, b) => a.position - b.position);
}
