import { useCallback, useState } from "react";
import { getCatalog } from "../api/catalog.js";
import { getRun } from "../api/runs.js";
import { useAsked } from "../api/use-asked.js";
import { Link, navigate, runPath, useSearch } from "../router.js";
import { Button } from "../ui/button.js";
import { Loading } from "../ui/loading.js";
import { Notice } from "../ui/notice.js";
import { PageTitle } from "../ui/page-title.js";
import { draftOf, emptyDraft } from "./config/draft.js";
import { keepDraft, readDraft } from "./config/stored-draft.js";
import { NewRunForm } from "./new-run-form.js";

/** The form that starts a run: empty, as it was left, or as an earlier run was set up. */
export function NewRunPage() {
  const [search] = useSearch();
  const origin = search.get("from") ?? undefined;
  return (
    <>
      <PageTitle>New run</PageTitle>
      <p className="mt-1 mb-5 text-muted">
        Everything is filled in with what works; change what you want to know about.
      </p>
      <Filled key={origin ?? ""} origin={origin} />
    </>
  );
}

function Filled({ origin }: { origin: string | undefined }) {
  const [turn, setTurn] = useState(0);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const [catalog, run] = await Promise.all([
        getCatalog(signal),
        origin === undefined ? undefined : getRun(origin, signal),
      ]);
      return { catalog, run };
    },
    [origin],
  );
  const { value, error, again } = useAsked(ask);
  if (!value) {
    return error ? (
      <Notice tone="bad" title="The form cannot be filled in">
        <p>{error.message}.</p>
        <p className="mt-2 flex gap-3">
          <Button onClick={again}>Try again</Button>
          {origin !== undefined && <Button onClick={() => navigate("/new")}>Begin with an empty form</Button>}
        </p>
      </Notice>
    ) : (
      <Loading what="the form" />
    );
  }
  const { catalog, run } = value;
  const earlier = run && draftOf(run.config);
  const reset = () => {
    keepDraft(undefined, origin);
    if (origin !== undefined) return navigate("/new");
    setTurn(turn + 1);
    window.scrollTo(0, 0);
  };
  return (
    <>
      {run && (
        <div className="mb-5">
          <Notice
            tone={earlier ? "info" : "warn"}
            title={earlier ? "Filled in as an earlier run" : "Not filled in"}
          >
            <Link href={runPath(run.runId, "about")} className="text-accent underline">
              <bdi>{run.experimentName}</bdi>
            </Link>
            {earlier ? " was set up like this." : " was set up in a way that cannot be started here."}
          </Notice>
        </div>
      )}
      <NewRunForm
        key={turn}
        catalog={catalog}
        first={readDraft(origin) ?? earlier ?? emptyDraft}
        origin={origin}
        onReset={reset}
      />
    </>
  );
}
