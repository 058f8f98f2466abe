import type { EventType, FedloomEvent } from "@fedloom/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { findNewestPosition, getEvents } from "../../api/events.js";
import type { RunView } from "../../live/run-view.js";
import { EventBook } from "./event-book.js";
import { readOlder } from "./read-older.js";

/** Four times a second is as often as anybody reads. */
const PERIOD_MS = 250;
/** Fewest events that reading further back brings. */
const AT_LEAST = 200;

export interface EventPages {
  /** Rising by time; another array, or a longer one, with each new `version`. */
  wanted: readonly FedloomEvent[];
  version: number;
  /** Whether storage may have more. */
  hasOlder: boolean;
  isReading: boolean;
  problem: string | undefined;
  readOlder: () => void;
}

/** Holds the events of a run, as they come and as they are read from storage; both functions must be stable. */
export function useEventBook(
  runId: string,
  log: RunView["log"],
  { types, isWanted }: { types: readonly EventType[]; isWanted: (event: FedloomEvent) => boolean },
): EventPages {
  const [book] = useState(() => new EventBook());
  const [version, setVersion] = useState(0);
  const changed = useCallback(() => setVersion((before) => before + 1), []);
  const newest = useRef(log);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    book.filter(isWanted);
    changed();
  }, [book, isWanted, changed]);

  useEffect(() => {
    newest.current = log;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (book.addLog(newest.current)) changed();
    }, PERIOD_MS);
  }, [book, log, changed]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  const older = useOlder(runId, { book, types, changed });
  return { ...older, version, wanted: book.wanted };
}

function useOlder(
  runId: string,
  { book, types, changed }: { book: EventBook; types: readonly EventType[]; changed: () => void },
) {
  /** Where reading goes on; undefined before the newest stored event was looked for. */
  const before = useRef<number>(undefined);
  const reading = useRef<AbortController>(undefined);
  const [state, setState] = useState({
    isReading: false,
    hasOlder: true,
    problem: undefined as string | undefined,
  });

  const read = useCallback(async () => {
    if (reading.current) return;
    const stop = new AbortController();
    reading.current = stop;
    setState((last) => ({ ...last, isReading: true, problem: undefined }));
    let problem: string | undefined;
    try {
      before.current ??= (await findNewestPosition(runId, 0, stop.signal)) + 1;
      const get = (query: Parameters<typeof getEvents>[1]) => getEvents(runId, query, stop.signal);
      // What is known already is no news.
      for (let numNew = 0; numNew === 0 && before.current > 0; ) {
        const page = await readOlder(get, { before: before.current, atLeast: AT_LEAST, types });
        before.current = page.before;
        numNew = book.addStored(page.events.map(({ event }) => event));
      }
    } catch (cause) {
      problem = cause instanceof Error ? cause.message : String(cause);
    }
    if (stop.signal.aborted) return;
    reading.current = undefined;
    changed();
    setState({ isReading: false, hasOlder: before.current !== 0, problem });
  }, [runId, book, types, changed]);

  // Other types begin at the end again; so does a tab that was hidden, which may have missed some of the newest.
  useEffect(() => {
    const begin = () => {
      if (document.hidden) return;
      reading.current?.abort();
      reading.current = undefined;
      before.current = undefined;
      void read();
    };
    begin();
    document.addEventListener("visibilitychange", begin);
    return () => {
      document.removeEventListener("visibilitychange", begin);
      reading.current?.abort();
      reading.current = undefined;
    };
  }, [read]);

  const readAgain = useCallback(() => {
    // What was let go lies nearer than where reading stopped.
    if (before.current === 0 && book.isCut) before.current = undefined;
    void read();
  }, [book, read]);
  return { ...state, hasOlder: state.hasOlder || book.isCut, readOlder: readAgain };
}
