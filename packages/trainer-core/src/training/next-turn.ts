/** Lets everything that waits in the event loop run first: messages, timers, input. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Timers of a browser wait 4 ms at least; a message does not.
    const { port1, port2 } = new MessageChannel();
    const receive = () => {
      port1.close();
      resolve();
    };
    // Web standard; Node's types leave it out.
    (port1 as { onmessage?: () => void }).onmessage = receive;
    port2.postMessage(undefined);
  });
}

/** Gives way at most every few milliseconds, since each time costs some of them. */
export function openTurns({ everyMs = 8 }: { everyMs?: number } = {}): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < everyMs) return undefined;
    return nextTurn().then(() => {
      last = performance.now();
    });
  };
}
