import { SelectField } from "../../ui/field.js";
import { chosen, described } from "../config/described-options.js";
import { aboutOf } from "../config/field-words.js";
import { keptOptions } from "../config/group-options.js";
import { Fields, FieldsProblem } from "../fields/fields.js";
import { OptionFields } from "../fields/option-fields.js";
import { useRunForm } from "../form-context.js";
import { Section } from "./section.js";

/** How the clients' updates become one model, and which clients are asked. */
export function StrategySection() {
  const { config, catalog, problems, change } = useRunForm();
  const strategy = described(catalog.strategies, chosen(config, "strategy"));
  const take = (name: string) =>
    change((draft) => {
      const { strategy_options, ...rest } = draft.config;
      const kept = keptOptions(strategy_options, described(catalog.strategies, name)?.options ?? []);
      return { ...draft, config: { ...rest, strategy: name, ...(kept && { strategy_options: kept }) } };
    });
  return (
    <Section title="Strategy" summary={strategy?.title ?? String(chosen(config, "strategy"))}>
      <div className="max-w-prose">
        <SelectField
          name="strategy"
          label="Strategy"
          help={
            strategy && (
              <>
                {aboutOf("strategy", strategy.about)}
                {strategy.source && <cite className="mt-1 block not-italic">Paper: {strategy.source}</cite>}
              </>
            )
          }
          problem={problems.strategy}
          value={String(chosen(config, "strategy"))}
          onChange={({ target }) => take(target.value)}
        >
          {!strategy && <option value={String(config.strategy)}>{String(config.strategy)}</option>}
          {catalog.strategies.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </SelectField>
      </div>
      <FieldsProblem name="strategy_options" problem={problems.strategy_options} />
      <Fields>
        <OptionFields path="strategy_options" options={strategy?.options ?? []} />
      </Fields>
    </Section>
  );
}
