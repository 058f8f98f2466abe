import { useCallback, useEffect, useState } from "react";
import { listRuns } from "../api/runs.js";
import { useAsked } from "../api/use-asked.js";
import { formatAgo } from "../ui/format-ago.js";
import { Notice } from "../ui/notice.js";
import { StateBadge } from "../ui/state-badge.js";
import { useNow } from "../ui/use-now.js";

const SHOWN = 12;
const TYPING_MS = 250;

interface RunPickerProps {
  chosen: readonly string[];
  onToggle: (runId: string) => void;
  /** Whether no more can be chosen. */
  isFull: boolean;
}

/** Finds runs by name, notes, tag or id, and takes them into the comparison. */
export function RunPicker({ chosen, onToggle, isFull }: RunPickerProps) {
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const ask = useCallback((signal: AbortSignal) => listRuns({ search, limit: SHOWN }, signal), [search]);
  const { value, error } = useAsked(ask);
  const now = useNow(true);
  return (
    <>
      <input
        type="search"
        aria-label="Search runs"
        placeholder="Search name, notes, tags, id"
        maxLength={200}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        className="block w-full rounded-md border border-strong bg-surface px-3 py-2 placeholder:text-muted"
      />
      {error && (
        <div className="mt-3">
          <Notice tone="warn" title="The runs could not be read">
            {error.message}
          </Notice>
        </div>
      )}
      <ul className="mt-3 divide-y divide-line">
        {value?.runs.map(({ runId, experimentName, state, createdAt }) => {
          const isChosen = chosen.includes(runId);
          return (
            <li key={runId}>
              <label className="flex items-center gap-3 py-2 has-[:disabled]:opacity-55">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={isChosen}
                  disabled={isFull && !isChosen}
                  onChange={() => onToggle(runId)}
                />
                <bdi className="min-w-0 truncate">{experimentName}</bdi>
                <span className="ml-auto shrink-0 text-muted text-xs">{formatAgo(createdAt, now)}</span>
                <StateBadge state={state} />
              </label>
            </li>
          );
        })}
      </ul>
      <p role="status" className="mt-2 text-muted text-sm">
        {value?.runs.length === 0 && "No run matches."}
        {value && value.total > SHOWN && `The newest ${SHOWN} of ${value.total}: search to find others.`}
        {isFull && " No more can be compared at a time."}
      </p>
    </>
  );
}
