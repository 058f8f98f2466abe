import type { Catalog } from "@fedloom/protocol";
import { Button } from "../../ui/button.js";
import { Fields, FieldsProblem } from "../fields/fields.js";
import { OptionFields } from "../fields/option-fields.js";
import { useRunForm } from "../form-context.js";

export interface HookCardProps {
  place: number;
  numHooks: number;
  name: string;
  hook: Catalog["hooks"][number] | undefined;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

/** One hook with its options, which can be moved and removed. */
export function HookCard({ place, numHooks, name, hook, onMove, onRemove }: HookCardProps) {
  const { problems } = useRunForm();
  const title = hook?.title ?? name;
  const path = `hooks.${place}.options`;
  return (
    <li className="rounded-md border border-line p-3 sm:p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="font-medium">
          <span className="text-muted">{place + 1}.</span> {title}
        </h3>
        <div className="ml-auto flex gap-1.5">
          <Button aria-label={`Move ${title} up`} disabled={place === 0} onClick={() => onMove(-1)}>
            ↑
          </Button>
          <Button
            aria-label={`Move ${title} down`}
            disabled={place === numHooks - 1}
            onClick={() => onMove(1)}
          >
            ↓
          </Button>
          <Button aria-label={`Remove ${title}`} onClick={onRemove}>
            Remove
          </Button>
        </div>
      </div>
      {hook && <p className="mt-1 text-muted text-sm">{hook.about}</p>}
      <FieldsProblem name={path} problem={problems[path]} />
      <div className="mt-3">
        <Fields>
          <OptionFields path={path} options={hook?.options ?? []} />
        </Fields>
      </div>
    </li>
  );
}
