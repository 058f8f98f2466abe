import { CheckField } from "../../ui/field.js";
import { chosen } from "../config/described-options.js";
import { ConfigField } from "../fields/config-field.js";
import { Fields, FieldsProblem } from "../fields/fields.js";
import { useRunForm } from "../form-context.js";
import { Section } from "./section.js";

/** What the field is filled in with when early stopping is switched on. */
const FIRST_PATIENCE = 5;

/** When the run ends before its time, and when a round counts. */
export function EndingSection() {
  const { config, problems, set } = useRunForm();
  const isFederated = chosen(config, "mode") !== "centralized";
  const stopsEarly = config.early_stopping !== undefined;
  const parts = [
    stopsEarly ? "Stops early" : "Goes to its end",
    config.quorum !== undefined && `quorum ${config.quorum}`,
    config.deadline_ms !== undefined && `deadline ${config.deadline_ms} ms`,
    config.holdout !== undefined && `${config.holdout} held out`,
  ];
  return (
    <Section title="Stopping" summary={parts.filter((part) => typeof part === "string").join(", ")}>
      <CheckField
        name="stops_early"
        label="Stop early"
        help="Ends the run once a metric improves no more."
        checked={stopsEarly}
        onChange={({ target }) =>
          set("early_stopping", target.checked ? { patience: FIRST_PATIENCE } : undefined)
        }
      />
      <FieldsProblem name="early_stopping" problem={problems.early_stopping} />
      {stopsEarly && (
        <Fields>
          <ConfigField name="early_stopping.metric" />
          <ConfigField name="early_stopping.mode" unset="As the metric's name says" />
          <ConfigField name="early_stopping.patience" />
          <ConfigField name="early_stopping.min_delta" />
          <ConfigField name="early_stopping.restore_best" />
        </Fields>
      )}
      {isFederated && (
        <Fields columns={3}>
          <ConfigField name="quorum" placeholder="1" />
          <ConfigField name="deadline_ms" placeholder="none" />
          <ConfigField name="holdout" />
        </Fields>
      )}
    </Section>
  );
}
