import { formatCountOf } from "../../ui/format.js";
import { described, type HookConfig, hooksOf } from "../config/described-options.js";
import { moved, removed } from "../config/hook-list.js";
import { ConfigField } from "../fields/config-field.js";
import { Fields, FieldsProblem } from "../fields/fields.js";
import { useRunForm } from "../form-context.js";
import { AddHook } from "./add-hook.js";
import { HookCard } from "./hook-card.js";
import { Section } from "./section.js";

/** The hook that spends privacy, whose price is told at a delta. */
const PRIVATE = "central-privacy";

/** What acts on each round beside the strategy, in its order. */
export function HooksSection() {
  const { config, catalog, problems, change } = useRunForm();
  const hooks = hooksOf(config);
  const put = (next: readonly HookConfig[]) =>
    change((draft) => {
      const { hooks: _, privacy_delta, ...rest } = draft.config;
      const isPrivate = next.some(({ name }) => name === PRIVATE);
      return {
        ...draft,
        config: {
          ...rest,
          ...(next.length > 0 && { hooks: next }),
          ...(isPrivate && privacy_delta !== undefined && { privacy_delta }),
        },
      };
    });
  const titles = hooks.map(({ name }) => described(catalog.hooks, name)?.title ?? name);
  return (
    <Section
      title="Hooks"
      summary={hooks.length === 0 ? "Only what cannot be used is refused" : titles.join(", ")}
    >
      <p className="text-muted text-sm">
        What acts on each round in this order: for privacy, against attacks, for smaller updates. Updates that
        cannot be used, such as those with NaN, are refused in any case.
      </p>
      <FieldsProblem name="hooks" problem={problems.hooks} />
      <ol aria-label={formatCountOf(hooks.length, "hook")} className="space-y-3">
        {hooks.map(({ name }, i) => (
          <HookCard
            key={`${i} ${name}`}
            place={i}
            numHooks={hooks.length}
            hook={described(catalog.hooks, name)}
            name={name}
            onMove={(by) => put(moved(hooks, i, i + by))}
            onRemove={() => put(removed(hooks, i))}
          />
        ))}
      </ol>
      <AddHook hooks={catalog.hooks} onAdd={(name) => put([...hooks, { name }])} />
      {hooks.some(({ name }) => name === PRIVATE) && (
        <Fields>
          <ConfigField name="privacy_delta" placeholder="0.00001" />
        </Fields>
      )}
    </Section>
  );
}
