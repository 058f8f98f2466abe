import { useEffect, useState } from "react";
import type { SearchChanges } from "../router.js";
import type { CompareChoice } from "./compare-query.js";
import { METRICS } from "./compared-metrics.js";

const TYPING_MS = 300;
const CONTROL = "rounded-md border border-strong bg-surface px-2 py-1 text-ink";

/** Lets the reader say which value is to be reached. */
export function TargetField(props: { choice: CompareChoice; change: (changes: SearchChanges) => void }) {
  const { choice, change } = props;
  const [typed, setTyped] = useState(() => (choice.target === undefined ? "" : String(choice.target)));
  useEffect(() => {
    const timer = setTimeout(() => change({ target: typed }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, change]);
  const metric = METRICS.find(({ name }) => name === choice.targetMetric);
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2 text-sm">
      <label className="flex items-center gap-2">
        What it took to reach
        <select
          className={CONTROL}
          value={choice.targetMetric}
          onChange={({ target }) => change({ target_metric: target.value })}
        >
          {METRICS.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="flex items-center gap-2">
        {metric?.isLowerBetter ? "of at most" : "of at least"}
        <input
          type="number"
          step="any"
          placeholder={metric?.isLowerBetter ? "0.3" : "0.9"}
          className={`${CONTROL} w-24`}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
    </div>
  );
}
