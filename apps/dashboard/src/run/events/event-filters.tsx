import type { EventType } from "@fedloom/protocol";
import type { SearchChanges } from "../../router.js";
import type { EventFilter } from "./event-filter.js";

export interface EventFiltersProps {
  filter: EventFilter;
  /** Types that the run is known to have. */
  known: readonly EventType[];
  onChange: (changes: SearchChanges) => void;
}

const INPUT =
  "w-full rounded-md border border-strong bg-surface px-2.5 py-1.5 text-sm text-ink placeholder:text-muted";
const TOGGLE =
  "rounded-full border border-line px-2.5 py-0.5 text-muted text-xs hover:text-ink aria-pressed:border-accent aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink";

/** Which events are shown: by what is written, by client, by round, by type. */
export function EventFilters({ filter, known, onChange }: EventFiltersProps) {
  const { types, text, client, round, errorsOnly } = filter;
  const toggle = (type: EventType) =>
    onChange({ type: types.includes(type) ? types.filter((other) => other !== type) : [...types, type] });
  return (
    <div className="space-y-3">
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-[2fr_1fr_6rem_auto]">
        <input
          type="search"
          aria-label="Search in events"
          placeholder="Search"
          value={text}
          onChange={(event) => onChange({ q: event.target.value })}
          className={`${INPUT} col-span-2 sm:col-span-1`}
        />
        <input
          type="search"
          aria-label="Client"
          placeholder="Client"
          value={client}
          onChange={(event) => onChange({ client: event.target.value })}
          className={INPUT}
        />
        <input
          type="number"
          min={1}
          aria-label="Round"
          placeholder="Round"
          value={round ?? ""}
          onChange={(event) => onChange({ round: event.target.value })}
          className={INPUT}
        />
        <label className="col-span-2 flex items-center gap-2 text-sm sm:col-span-1">
          <input
            type="checkbox"
            checked={errorsOnly}
            onChange={(event) => onChange({ errors: event.target.checked ? "1" : undefined })}
            className="accent-accent"
          />
          Errors only
        </label>
      </div>
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Types of events; all when none is chosen</legend>
        {known.map((type) => (
          <button
            key={type}
            type="button"
            aria-pressed={types.includes(type)}
            onClick={() => toggle(type)}
            className={`${TOGGLE} font-mono`}
          >
            {type}
          </button>
        ))}
        {types.length > 0 && (
          <button
            type="button"
            onClick={() => onChange({ type: [] })}
            className="px-1.5 text-accent text-xs underline"
          >
            All types
          </button>
        )}
      </fieldset>
    </div>
  );
}
