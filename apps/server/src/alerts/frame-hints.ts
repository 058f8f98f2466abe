import type { StreamEntry } from "@fedloom/relay";

const NAN = Buffer.from('"NaN"');
const INFINITY = Buffer.from('Infinity"');
const DELIVERED = Buffer.from('"status":"ok"');

/** What can be told of an event without parsing it, each looked for at most once. */
export class FrameHints {
  readonly #frame: Buffer;
  #mayHaveNonFinite: boolean | undefined;
  #isDelivery: boolean | undefined;

  constructor({ frame }: Pick<StreamEntry, "frame">) {
    this.#frame = frame;
  }

  /** Whether a value may be NaN or infinite: those are words in JSON. */
  get mayHaveNonFinite(): boolean {
    this.#mayHaveNonFinite ??= this.#frame.includes(NAN) || this.#frame.includes(INFINITY);
    return this.#mayHaveNonFinite;
  }

  /** Whether it says that a client delivered; quotes within a text are escaped, so that no text looks like this. */
  get isDelivery(): boolean {
    this.#isDelivery ??= this.#frame.includes(DELIVERED);
    return this.#isDelivery;
  }
}
