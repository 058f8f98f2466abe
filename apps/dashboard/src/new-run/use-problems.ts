import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Problems } from "./config/problems.js";
import { fieldsOfForm, type PlacedProblems, placeProblems, showField } from "./place-problems.js";

export interface FormProblems {
  /** By the field that shows them. */
  problems: Problems;
  /** What belongs to no field. */
  others: readonly string[];
  /** Says why the run was not started, and shows the first field that is to blame. */
  refuse: (problems: Problems) => void;
  /** Says what is known to be wrong before that; replaces what was said in this way. */
  tell: (problems: Problems) => void;
  /** Takes back what was said of a field and of what it holds, or why the run was not started. */
  forgive: (path?: string) => void;
}

/** What is wrong with a form's fields. */
export function useProblems(form: RefObject<HTMLElement | null>): FormProblems {
  const [refused, setRefused] = useState<PlacedProblems>(NONE);
  const [told, setTold] = useState<Problems>({});
  const place = useCallback(
    (problems: Problems) =>
      placeProblems(
        problems,
        fieldsOfForm(form.current).map(([path]) => path),
      ),
    [form],
  );
  const toShow = useRef(false);
  const refuse = useCallback(
    (problems: Problems) => {
      toShow.current = true;
      setRefused(place(problems));
    },
    [place],
  );
  const tell = useCallback((problems: Problems) => setTold(place(problems).shown), [place]);
  const forgive = useCallback((path?: string) => {
    if (path === undefined) return setRefused(NONE);
    setTold((before) => without(before, path));
    setRefused((before) => ({ shown: without(before.shown, path), others: [] }));
  }, []);

  useEffect(() => {
    // Taking a problem back leaves the focus where it is.
    if (!toShow.current) return;
    toShow.current = false;
    const first = fieldsOfForm(form.current).find(([path]) => Object.hasOwn(refused.shown, path));
    if (first) showField(first[1]);
  }, [form, refused]);

  return { problems: { ...told, ...refused.shown }, others: refused.others, refuse, tell, forgive };
}

const NONE: PlacedProblems = { shown: {}, others: [] };

function without(problems: Problems, path: string): Problems {
  const kept = Object.entries(problems).filter(
    ([at]) => at !== path && !at.startsWith(`${path}.`) && !path.startsWith(`${at}.`),
  );
  return Object.fromEntries(kept);
}
