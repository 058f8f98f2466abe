import type { WireEvent } from "@fedloom/protocol";
import type { Backplane } from "./backplane.js";

type Listener = (event: WireEvent) => void;

/** Connects relays of one process: each call of `join` gives one relay its end. */
export function createLocalBackplane(): { join(): Backplane } {
  const ends = new Set<Set<Listener>>();
  return {
    join() {
      const own = new Set<Listener>();
      ends.add(own);
      return {
        publish(event) {
          for (const end of ends) {
            if (end === own) continue;
            for (const listener of end) listener(event);
          }
        },
        onEvent(listener) {
          own.add(listener);
          return () => own.delete(listener);
        },
      };
    },
  };
}
