import { type FormEvent, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/errors.js";
import { startRun } from "../api/runs.js";
import { Link, navigate, runPath } from "../router.js";
import { Button, buttonClass } from "../ui/button.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { configOfForm, type FieldProblem, problemSentence } from "./form-config.js";
import { NewRunFields, shownFields } from "./new-run-fields.js";

/** The form that starts a run; what is refused is said beside its field. */
export function NewRunPage() {
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<FieldProblem>();
  const [failure, setFailure] = useState<string>();
  const [isStarting, setStarting] = useState(false);

  useEffect(() => {
    const field = problem && form.current?.elements.namedItem(problem.field);
    if (field instanceof HTMLElement) field.focus();
  }, [problem]);

  const refuse = (refused: FieldProblem) => {
    if (shownFields.includes(refused.field)) setProblem(refused);
    else setFailure(refused.field ? `${refused.field}: ${refused.message}` : refused.message);
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setProblem(undefined);
    setFailure(undefined);
    const made = configOfForm(new FormData(event.currentTarget));
    if (!made.ok) return refuse(made.problem);
    setStarting(true);
    try {
      navigate(runPath(await startRun(made.config)));
    } catch (cause) {
      setStarting(false);
      if (!(cause instanceof ApiError)) throw cause;
      const { field, expected, received, message } = cause;
      if (field !== undefined) refuse({ field, message: problemSentence({ expected, received, message }) });
      else setFailure(message);
    }
  };

  return (
    <>
      <PageTitle>New run</PageTitle>
      <p className="mt-1 mb-5 text-muted">
        Clients train one model together. The fields below are filled in with what works.
      </p>
      <form ref={form} noValidate onSubmit={submit} className="max-w-3xl space-y-5">
        <NewRunFields problem={problem} />
        {failure && (
          <Notice tone="bad" title="The run was not started">
            {failure}
          </Notice>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" kind="primary" disabled={isStarting} className="px-4 py-2">
            {isStarting ? "Starting…" : "Start run"}
          </Button>
          <Link href="/" className={`${buttonClass("plain")} px-4 py-2`}>
            Cancel
          </Link>
          {problem && <p className="text-bad text-sm">Not started: see the field marked above.</p>}
        </div>
      </form>
    </>
  );
}
