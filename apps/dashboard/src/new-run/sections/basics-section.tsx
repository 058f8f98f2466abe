import { Choice } from "../../ui/choice.js";
import { Panel } from "../../ui/panel.js";
import { chosen } from "../config/described-options.js";
import { withValue } from "../config/wire-config.js";
import { ConfigField } from "../fields/config-field.js";
import { Fields } from "../fields/fields.js";
import { useRunForm } from "../form-context.js";

const MODES = [
  {
    value: "federated",
    label: "Federated",
    about: "Clients train on their own samples, and their models are brought together round by round.",
  },
  {
    value: "centralized",
    label: "In one place",
    about: "One model sees all samples, epoch by epoch: what a federated run is compared with.",
  },
] as const;

/** What kind of run it is, what it is called, and how long it goes. */
export function BasicsSection() {
  const { config, change } = useRunForm();
  const mode = chosen(config, "mode") === "centralized" ? "centralized" : "federated";
  return (
    <Panel title="Run">
      <div className="space-y-4">
        <div>
          <Choice
            label="Mode"
            options={MODES}
            value={mode}
            onChange={(next) =>
              change((draft) => ({ ...draft, config: withValue(draft.config, "mode", next) }))
            }
          />
          <p className="mt-1.5 text-muted text-sm">{MODES.find(({ value }) => value === mode)?.about}</p>
        </div>
        <Fields>
          <ConfigField name="experiment_name" />
          <ConfigField name={mode === "federated" ? "num_rounds" : "num_epochs"} />
        </Fields>
      </div>
    </Panel>
  );
}
