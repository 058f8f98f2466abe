export interface StreamedEvent {
  readonly id: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export interface EventStream extends AsyncDisposable {
  /** Everything so far, as text. */
  text(): string;
  /** The next event; undefined when the stream is over. */
  next(): Promise<StreamedEvent | undefined>;
}

/** Reads server-sent events as a browser does. */
export async function openEventStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: { accept: "text/event-stream", ...headers },
    signal: abort.signal,
  });
  const type = response.headers.get("content-type");
  if (response.status !== 200 || type !== "text/event-stream") {
    throw new Error(`${response.status} ${type} ${await response.text()}`);
  }
  let all = "";
  const events = parse(response.body as AsyncIterable<Uint8Array>, (text) => {
    all += text;
  });
  return {
    text: () => all,
    async next() {
      const { value } = await events.next();
      return value as StreamedEvent | undefined;
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
    },
  };
}

async function* parse(
  body: AsyncIterable<Uint8Array>,
  onText: (text: string) => void,
): AsyncGenerator<StreamedEvent, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    const decoded = decoder.decode(chunk, { stream: true });
    onText(decoded);
    text += decoded;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split("\n").flatMap((line) => {
          const colon = line.indexOf(": ");
          return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 2)]] : [];
        }),
      );
      if (fields.data === undefined) continue;
      const { type, data } = JSON.parse(fields.data);
      yield { id: Number(fields.id), type, data };
    }
  }
}
