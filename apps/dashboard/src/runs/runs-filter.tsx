import { type RunState, runState } from "@fedloom/protocol";
import { type RefObject, useCallback, useEffect, useState } from "react";
import { listProjects } from "../api/runs.js";
import { useAsked } from "../api/use-asked.js";
import type { SearchChanges } from "../router.js";
import { Button } from "../ui/button.js";
import { stateLabel } from "../ui/state-badge.js";
import { isFiltered, NO_FILTERS, type RunsChoice, type SortKey } from "./runs-query.js";

const TYPING_MS = 250;
const CONTROL =
  "rounded-md border border-line bg-surface px-2.5 py-1.5 text-ink text-sm placeholder:text-muted";

interface RunsFilterProps {
  choice: RunsChoice;
  change: (changes: SearchChanges) => void;
  searchBox: RefObject<HTMLInputElement | null>;
}

/** Search and filters of the list; each is in the address. */
export function RunsFilter({ choice, change, searchBox }: RunsFilterProps) {
  const askProjects = useCallback((signal: AbortSignal) => listProjects(signal), []);
  const projects = useAsked(askProjects).value ?? [];
  const filter = (changes: SearchChanges) => change({ ...changes, page: "" });
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <SearchBox text={choice.search} onChange={(search) => filter({ search })} box={searchBox} />
      <select
        aria-label="State"
        className={CONTROL}
        value={choice.states.length > 1 ? "several" : (choice.states[0] ?? "")}
        onChange={({ target }) => filter({ state: target.value })}
      >
        <option value="">Every state</option>
        {choice.states.length > 1 && (
          <option value="several" disabled>
            {choice.states.map(stateLabel).join(", ")}
          </option>
        )}
        {runState.options.map((state: RunState) => (
          <option key={state} value={state}>
            {stateLabel(state)}
          </option>
        ))}
      </select>
      <select
        aria-label="Mode"
        className={CONTROL}
        value={choice.mode ?? ""}
        onChange={({ target }) => filter({ mode: target.value })}
      >
        <option value="">Both modes</option>
        <option value="federated">Federated</option>
        <option value="centralized">Centralized</option>
      </select>
      <OrderField choice={choice} onChange={(sort, order) => filter({ sort, order })} />
      {(projects.length > 1 || choice.project !== "") && (
        <select
          aria-label="Project"
          className={`${CONTROL} max-w-48`}
          value={choice.project}
          onChange={({ target }) => filter({ project: target.value })}
        >
          <option value="">Every project</option>
          {[...new Set([...projects.map(({ name }) => name), choice.project])]
            .filter((name) => name !== "")
            .map((name) => (
              <option key={name}>{name}</option>
            ))}
        </select>
      )}
      {choice.tag !== "" && (
        <button
          type="button"
          onClick={() => filter({ tag: "" })}
          className="inline-flex max-w-full items-center gap-1.5 rounded-full border border-accent px-2.5 py-1 text-accent text-sm hover:bg-raised"
        >
          <span className="min-w-0 truncate">
            tagged <bdi>{choice.tag}</bdi>
          </span>
          <span aria-hidden="true">×</span>
          <span className="sr-only">: take this filter away</span>
        </button>
      )}
      {isFiltered(choice) && <Button onClick={() => change(NO_FILTERS)}>Clear</Button>}
    </search>
  );
}

const ORDERS: readonly { sort: SortKey; order: "asc" | "desc"; label: string }[] = [
  { sort: "created_at", order: "desc", label: "Newest first" },
  { sort: "created_at", order: "asc", label: "Oldest first" },
  { sort: "experiment_name", order: "asc", label: "By name" },
  { sort: "state", order: "asc", label: "By state" },
];

/** On narrow screens, where most columns and the buttons in their heads have no place. */
function OrderField(props: { choice: RunsChoice; onChange: (sort: SortKey, order: "asc" | "desc") => void }) {
  const { sort, order } = props.choice;
  const chosen = ORDERS.findIndex((each) => each.sort === sort && each.order === order);
  return (
    <select
      aria-label="Order"
      className={`${CONTROL} sm:hidden`}
      value={chosen}
      onChange={({ target }) => {
        const next = ORDERS[Number(target.value)];
        if (next) props.onChange(next.sort, next.order);
      }}
    >
      {chosen < 0 && <option value={-1}>Another order</option>}
      {ORDERS.map(({ label }, place) => (
        <option key={label} value={place}>
          {label}
        </option>
      ))}
    </select>
  );
}

function SearchBox(props: {
  text: string;
  onChange: (text: string) => void;
  box: RefObject<HTMLInputElement | null>;
}) {
  const { text, onChange, box } = props;
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  if (known !== text) {
    // The address was changed by something else.
    setKnown(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => {
      setKnown(typed);
      onChange(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <input
      ref={box}
      type="search"
      aria-label="Search runs"
      aria-keyshortcuts="/"
      placeholder="Search name, notes, tags, id"
      maxLength={200}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onKeyDown={({ key, currentTarget }) => key === "Escape" && currentTarget.blur()}
      className={`${CONTROL} w-full sm:w-64`}
    />
  );
}
