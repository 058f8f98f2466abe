import { useMemo } from "react";
import type { SearchChanges } from "../router.js";
import { Choice } from "../ui/choice.js";
import { Panel } from "../ui/panel.js";
import { CompareTable, FIRST } from "./compare-table.js";
import type { ComparedRun } from "./compared-run.js";
import { configRows } from "./flatten-config.js";
import type { LineStyle } from "./line-style.js";

interface ConfigSectionProps {
  runs: readonly ComparedRun[];
  styles: ReadonlyMap<string, LineStyle>;
  areAllFields: boolean;
  change: (changes: SearchChanges) => void;
}

/** How the runs were set, field by field; those that differ unless all are asked for. */
export function ConfigSection({ runs, styles, areAllFields, change }: ConfigSectionProps) {
  const rows = useMemo(() => configRows(runs.map(configOf)), [runs]);
  const shown = areAllFields ? rows : rows.filter(({ isDifferent }) => isDifferent);
  const choice = (
    <Choice
      label="Fields"
      options={[
        { value: "different", label: "What differs" },
        { value: "all", label: "All fields" },
      ]}
      value={areAllFields ? "all" : "different"}
      onChange={(fields) => change({ fields: fields === "all" ? "all" : "" })}
    />
  );
  return (
    <Panel title="Settings" action={choice}>
      {shown.length === 0 ? (
        <p className="py-4 text-center text-muted">The runs were set alike.</p>
      ) : (
        <CompareTable caption="Settings of the runs" runs={runs} styles={styles} head="Field">
          <tbody>
            {shown.map(({ field, values, isDifferent }) => (
              <tr key={field} className="border-line border-t align-top">
                <th
                  scope="row"
                  className={`${FIRST} py-1.5 text-left font-mono text-xs [overflow-wrap:anywhere] ${isDifferent ? "font-semibold" : "font-normal text-muted"}`}
                >
                  <bdi>{field}</bdi>
                </th>
                {values.map((value, i) => (
                  <td key={i} className="max-w-48 px-3 py-1.5 text-right font-mono text-xs">
                    {value === undefined ? (
                      <span className="text-muted">–</span>
                    ) : (
                      <bdi className="[overflow-wrap:anywhere]">{value}</bdi>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </CompareTable>
      )}
    </Panel>
  );
}

/** The config as it was sent, less what only names a run, and what the run made of it where it was silent. */
function configOf({ record, started }: ComparedRun): Record<string, unknown> {
  const { experiment_name: _name, tags: _tags, notes: _notes, ...config } = record?.config ?? {};
  const about = Object.entries(started?.about ?? {}).filter(([, value]) => value !== undefined);
  return { ...config, ...(about.length > 0 && { "as trained": Object.fromEntries(about) }) };
}
