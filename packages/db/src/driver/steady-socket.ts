import type { Socket } from "node:net";
import { Duplex } from "node:stream";

export interface SteadySocketOptions {
  /** The connection broke, though nobody has ended it. */
  readonly onBroken: () => void;
  /** Whether the driver hears of a break at once; not where TLS lies between, which would end itself. */
  readonly tells: boolean;
}

/**
 * A connection that never closes by itself. The driver (postgres 3.4) does not survive one that does: what it was about to
 * write then either throws out of nowhere, which ends the process, or stays before all that is written on the next one.
 */
export function createSteadySocket(raw: Socket, { onBroken, tells }: SteadySocketOptions): Duplex {
  let state: "open" | "ended" | "broken" = "open";
  const steady = new Duplex({
    read: () => void raw.resume(),
    write(chunk: Buffer, _encoding, done) {
      if (state === "broken") return done();
      raw.write(chunk, () => done());
    },
    final(done) {
      if (state === "open") state = "ended";
      raw.end(() => done());
      // The other side may never end its part.
      raw.destroySoon();
    },
    destroy(error, done) {
      if (state === "open") state = "ended";
      raw.destroy();
      done(error);
    },
  });
  raw.on("data", (chunk: Buffer) => {
    if (state === "open" && !steady.push(chunk)) raw.pause();
  });
  const breakOff = (error: Error) => {
    if (state === "broken") return;
    if (state === "ended") return void steady.destroy();
    state = "broken";
    // Queries under way fail with it.
    if (tells) steady.emit("error", error);
    onBroken();
  };
  raw.on("error", breakOff);
  raw.once("close", () => breakOff(new Error("the connection to PostgreSQL was closed")));
  // What the driver asks of a socket beside a stream's.
  return Object.defineProperties(steady, {
    host: { value: raw.remoteAddress, writable: true },
    readyState: { get: () => (state === "open" ? "open" : "closed") },
  });
}

/** Takes the place of a connection that could not be made: what is asked over it fails with the reason. */
export function createBrokenSocket(error: Error, onBroken: () => void): Duplex {
  const broken = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  // Once the driver listens.
  setImmediate(() => {
    broken.emit("error", error);
    onBroken();
  });
  return Object.defineProperties(broken, { readyState: { value: "closed" } });
}
