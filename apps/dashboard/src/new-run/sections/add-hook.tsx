import type { Catalog } from "@fedloom/protocol";
import { useState } from "react";
import { Button } from "../../ui/button.js";
import { SelectField } from "../../ui/field.js";

/** Chooses a hook and puts it at the end of the list. */
export function AddHook({ hooks, onAdd }: { hooks: Catalog["hooks"]; onAdd: (name: string) => void }) {
  const [name, setName] = useState(hooks[0]?.name ?? "");
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div className="min-w-0 grow sm:max-w-sm">
        <SelectField
          name="hook_to_add"
          label="Another hook"
          value={name}
          onChange={({ target }) => setName(target.value)}
        >
          {hooks.map((hook) => (
            <option key={hook.name} value={hook.name}>
              {hook.title}
            </option>
          ))}
        </SelectField>
      </div>
      <Button className="py-2" disabled={name === ""} onClick={() => onAdd(name)}>
        Add
      </Button>
    </div>
  );
}
