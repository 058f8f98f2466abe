import { recommendedText } from "../config/describe-recommended.js";
import { chosen, described, fieldsOf } from "../config/described-options.js";
import { aboutOf, labelOf } from "../config/field-words.js";
import { isOfOther } from "../config/is-of-other.js";
import { valueAt } from "../config/wire-config.js";
import { ConfigField } from "../fields/config-field.js";
import { Fields, FieldsProblem } from "../fields/fields.js";
import { OptionField } from "../fields/option-field.js";
import { useRunForm } from "../form-context.js";
import { Section } from "./section.js";

const FIELDS = [
  "local_epochs",
  "batch_size",
  "learning_rate",
  "optimizer",
  "learning_rate_schedule",
  "augment",
];

/** How samples are trained on; what is left empty is as the model recommends. */
export function TrainingSection() {
  const { config, catalog, problems } = useRunForm();
  const recommended = described(catalog.models, config.model)?.recommended;
  const isFederated = chosen(config, "mode") !== "centralized";
  const numSet = FIELDS.filter((field) => config[field] !== undefined).length;
  return (
    <Section
      title={isFederated ? "Local training" : "Training"}
      summary={numSet === 0 ? "As the model recommends" : `${numSet} set, the rest as recommended`}
    >
      <Fields columns={3}>
        {isFederated && (
          <ConfigField name="local_epochs" placeholder={recommendedText(recommended, "local_epochs")} />
        )}
        <ConfigField name="batch_size" placeholder={recommendedText(recommended, "batch_size")} />
        <ConfigField name="learning_rate" placeholder={recommendedText(recommended, "learning_rate")} />
      </Fields>
      <OptimizerFields unset={`As recommended${optimizerName(recommended)}`} />
      <FieldsProblem name="optimizer" problem={problems.optimizer} />
      <Fields>
        <ConfigField name="learning_rate_schedule" placeholder={'{"kind": "cosine", "warm_up": 2}'} />
        <ConfigField name="augment" placeholder={'{"max_shift": 2, "flip_horizontal": true}'} />
      </Fields>
    </Section>
  );
}

/** The optimizer and, once it is chosen, its own options. */
function OptimizerFields({ unset }: { unset: string }) {
  const { config, catalog, problems, set, change } = useRunForm();
  const fields = fieldsOf(catalog, "optimizer");
  const name = valueAt(config, "optimizer.name");
  const take = (next: unknown) =>
    change((draft) => {
      const { optimizer: _, ...rest } = draft.config;
      return { ...draft, config: next === undefined ? rest : { ...rest, optimizer: { name: next } } };
    });
  const own = fields.filter((field) => field.name !== "name" && !isOfOther(field.about, name, fields));
  const choice = fields.find((field) => field.name === "name");
  return (
    <Fields columns={3}>
      {choice && (
        <OptionField
          name="optimizer.name"
          description={choice}
          label={labelOf("optimizer.name")}
          about="What makes a step of the gradient."
          unset={unset}
          value={name}
          onChange={take}
          problem={problems["optimizer.name"]}
        />
      )}
      {name !== undefined &&
        own.map((field) => (
          <OptionField
            key={field.name}
            name={`optimizer.${field.name}`}
            description={field}
            label={labelOf(`optimizer.${field.name}`)}
            about={aboutOf(`optimizer.${field.name}`, field.about)}
            placeholder="as usual"
            value={valueAt(config, `optimizer.${field.name}`)}
            onChange={(value) => set(`optimizer.${field.name}`, value)}
            problem={problems[`optimizer.${field.name}`]}
          />
        ))}
    </Fields>
  );
}

function optimizerName(recommended: Readonly<Record<string, unknown>> | undefined): string {
  const { name } = (recommended?.optimizer ?? {}) as { name?: unknown };
  return name === undefined ? "" : `: ${String(name)}`;
}
