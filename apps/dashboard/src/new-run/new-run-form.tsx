import type { Catalog } from "@fedloom/protocol";
import { type FormEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../api/errors.js";
import { refusalOf } from "../api/refusal.js";
import { startRun } from "../api/runs.js";
import { navigate, runPath } from "../router.js";
import { Button } from "../ui/button.js";
import { Notice } from "../ui/notice.js";
import { describeRun } from "./config/describe-run.js";
import { configOf, type Draft } from "./config/draft.js";
import { problemSentence } from "./config/problem-sentence.js";
import { fieldPath, problemsOf } from "./config/problems.js";
import { keepDraft, type Origin } from "./config/stored-draft.js";
import { withValue } from "./config/wire-config.js";
import { type RunForm, RunFormProvider } from "./form-context.js";
import { RunCode } from "./run-code.js";
import { RunSections } from "./sections/run-sections.js";
import { useProblems } from "./use-problems.js";

export interface NewRunFormProps {
  catalog: Catalog;
  first: Draft;
  origin: Origin;
  onReset: () => void;
}

/** Every field of a run, what it comes to, and the button that starts it. */
export function NewRunForm({ catalog, first, origin, onReset }: NewRunFormProps) {
  const element = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(first);
  const [failure, setFailure] = useState<string>();
  const [isStarting, setStarting] = useState(false);
  /** Whether it was the server that refused the run. */
  const isServers = useRef(false);
  const { problems, others, refuse, tell, forgive } = useProblems(element);
  useEffect(() => keepDraft(draft, origin), [draft, origin]);

  const change = useCallback(
    (next: (draft: Draft) => Draft) => {
      forgive();
      setDraft(next);
    },
    [forgive],
  );
  const set = useCallback(
    (path: string, value: unknown) => {
      forgive(path);
      // What the server has against one field may be the fault of another.
      if (isServers.current) forgive();
      setDraft((before) => ({ ...before, config: withValue(before.config, path, value) }));
    },
    [forgive],
  );
  const form = useMemo<RunForm>(
    () => ({ draft, config: draft.config, catalog, problems, set, change, tell }),
    [draft, catalog, problems, set, change, tell],
  );

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(undefined);
    const found = problemsOf(draft, catalog);
    isServers.current = false;
    refuse(found);
    if (Object.keys(found).length > 0) return;
    setStarting(true);
    try {
      const runId = await startRun(configOf(draft));
      keepDraft(undefined, origin);
      navigate(runPath(runId));
    } catch (cause) {
      setStarting(false);
      isServers.current = true;
      if (!(cause instanceof ApiError)) throw cause;
      if (cause.field === undefined) setFailure(refusalOf(cause));
      else refuse({ [fieldPath(cause.field)]: problemSentence(cause) });
    }
  };

  const complaints = failure === undefined ? others : [failure];
  const numProblems = Object.keys(problems).length;
  return (
    <RunFormProvider value={form}>
      <form
        ref={element}
        noValidate
        onSubmit={submit}
        className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_23rem] lg:gap-6"
      >
        <RunSections />
        <div className="min-w-0 space-y-5 lg:sticky lg:top-4">
          <section aria-label="What will run" className="rounded-lg border border-line bg-surface p-4">
            <p className="[overflow-wrap:anywhere]">{describeRun(draft, catalog)}</p>
            {complaints.length > 0 && (
              <div className="mt-3">
                <Notice tone="bad" title="The run was not started">
                  {complaints.join(" ")}
                </Notice>
              </div>
            )}
            <div className="mt-4 flex flex-wrap items-center gap-3">
              <Button type="submit" kind="primary" disabled={isStarting} className="grow px-4 py-2">
                {isStarting ? "Starting…" : "Start run"}
              </Button>
              <Button onClick={onReset} className="py-2">
                Reset to defaults
              </Button>
            </div>
            <p role="status" className="text-bad text-sm">
              {numProblems > 0 && (
                <span className="mt-2 block">
                  {numProblems === 1 ? "One field needs a look." : `${numProblems} fields need a look.`}
                </span>
              )}
            </p>
          </section>
          <RunCode config={configOf(draft)} title="The same as code" />
        </div>
      </form>
    </RunFormProvider>
  );
}
