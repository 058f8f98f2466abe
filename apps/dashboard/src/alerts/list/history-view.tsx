import { alertSeverity } from "@fedloom/protocol";
import { useState } from "react";
import { refusalOf } from "../../api/refusal.js";
import { useSearch } from "../../router.js";
import { Button } from "../../ui/button.js";
import { SelectField } from "../../ui/field.js";
import { Loading } from "../../ui/loading.js";
import { Notice } from "../../ui/notice.js";
import { useNow } from "../../ui/use-now.js";
import { useFiring } from "../firing-store.js";
import { AlertItem } from "./alert-item.js";
import { queryOfSearch, spans } from "./history-filter.js";
import { SearchField } from "./search-field.js";
import { useAlertPages } from "./use-alert-pages.js";

/** What was wrong and is, newest first. */
export function HistoryView() {
  const [search, change] = useSearch();
  const [openedAt] = useState(() => Date.now());
  const firing = useFiring();
  const query = queryOfSearch(search, openedAt);
  // Whatever begins or ends changes what is newest.
  const version = (firing.alerts ?? []).map(({ alertId }) => alertId).join();
  const { alerts, hasMore, isReading, readMore, error } = useAlertPages(query, version);
  const now = useNow(true);
  const isRunRefused = error?.field === "run_id";
  return (
    <section aria-label="History">
      <div className="mb-5 grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
        <Select
          label="State"
          name="state"
          options={[
            ["", "Any"],
            ["firing", "Firing"],
            ["resolved", "Resolved"],
          ]}
        />
        <Select
          label="Severity"
          name="severity"
          options={[["", "Any"], ...alertSeverity.options.map((each): [string, string] => [each, each])]}
        />
        <Select label="Began" name="since" options={spans.map(({ value, label }) => [value, label])} />
        <SearchField
          label="Machine"
          name="host"
          value={search.get("host") ?? ""}
          onChange={(host) => change({ host })}
        />
        <SearchField
          label="Run, by its id"
          name="run"
          value={search.get("run") ?? ""}
          onChange={(run) => change({ run })}
          problem={isRunRefused ? "Expected the 26 characters of a run's id." : undefined}
        />
      </div>
      {error && !isRunRefused && (
        <div className="mb-4">
          <Notice tone="warn" title="The alerts could not be read">
            {refusalOf(error)}
          </Notice>
        </div>
      )}
      {!alerts && isReading && <Loading what="the alerts" />}
      {alerts?.length === 0 && <p className="py-12 text-center text-muted">No alert fits.</p>}
      <ul className="space-y-3">
        {alerts?.map((alert) => (
          <AlertItem key={alert.alertId} alert={alert} now={now} />
        ))}
      </ul>
      {hasMore && (
        <div className="mt-4 text-center">
          <Button onClick={readMore} disabled={isReading}>
            {isReading ? "Reading…" : "Show older"}
          </Button>
        </div>
      )}
    </section>
  );
}

/** One choice of the filter, kept in the address. */
function Select(props: { label: string; name: string; options: readonly (readonly [string, string])[] }) {
  const { label, name, options } = props;
  const [search, change] = useSearch();
  return (
    <SelectField
      label={label}
      name={name}
      value={search.get(name) ?? ""}
      onChange={(event) => change({ [name]: event.target.value })}
    >
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </SelectField>
  );
}
