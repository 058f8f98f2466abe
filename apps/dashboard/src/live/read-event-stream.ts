import { type PlacedEvent, readEvent } from "../api/events.js";

/** What one piece of a stream brought. */
export interface StreamPiece {
  events: PlacedEvent[];
  /** The place up to which everything was told, where the piece says so. */
  lastId: number | undefined;
}

/** Longest event that is waited for, in UTF-16 code units. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Reads server-sent events piece by piece, as they come; comments make pieces without events. */
export async function* readEventStream(body: ReadableStream<Uint8Array> | null): AsyncGenerator<StreamPiece> {
  const reader = body?.pipeThrough(new TextDecoderStream() as never).getReader() as
    | ReadableStreamDefaultReader<string>
    | undefined;
  let rest = "";
  try {
    for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
      const blocks = (rest + piece.value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      if (rest.length > MAX_LENGTH) return;
      yield pieceOf(blocks);
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

function pieceOf(blocks: readonly string[]): StreamPiece {
  const events: PlacedEvent[] = [];
  let lastId: number | undefined;
  for (const block of blocks) {
    const fields = block.split(/\r?\n/);
    const valuesOf = (name: string) =>
      fields.filter((field) => field.startsWith(`${name}:`)).map((field) => field.slice(name.length + 1));
    const id = Number(valuesOf("id").at(-1) ?? Number.NaN);
    if (Number.isSafeInteger(id)) lastId = id;
    const data = valuesOf("data").join("\n");
    if (data !== "") events.push(...parse(data));
  }
  return { events, lastId };
}

function parse(data: string): PlacedEvent[] {
  try {
    return readEvent(JSON.parse(data));
  } catch {
    // Not from this server.
    return [];
  }
}
