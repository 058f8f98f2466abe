/** Values for one reader that waits for them: bounded, with an end. */
export class EventQueue<Value> {
  #values: Value[] = [];
  /** Index of the oldest value; the array is compacted when half of it is gone. */
  #first = 0;
  #isEnded = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  get size(): number {
    return this.#values.length - this.#first;
  }

  push(value: Value): void {
    this.#values.push(value);
    this.#wake?.();
  }

  /** Lets the reader finish after what is queued; with an error, by throwing it. */
  end(failure?: Error): void {
    this.#isEnded = true;
    this.#failure ??= failure;
    this.#wake?.();
  }

  /** The next value; undefined at the end. */
  async next(): Promise<Value | undefined> {
    while (this.size === 0) {
      if (this.#failure) throw this.#failure;
      if (this.#isEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const value = this.#values[this.#first++];
    if (this.#first > 1_024 && this.#first * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#first);
      this.#first = 0;
    }
    return value;
  }
}
