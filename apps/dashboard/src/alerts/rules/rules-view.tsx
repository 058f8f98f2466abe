import { useState } from "react";
import { deleteRule, type KeptRule, listRules } from "../../api/alert-rules.js";
import { refusalOf } from "../../api/refusal.js";
import { useAsked } from "../../api/use-asked.js";
import { Button } from "../../ui/button.js";
import { Loading } from "../../ui/loading.js";
import { Notice } from "../../ui/notice.js";
import { DeleteDialog } from "../delete-dialog.js";
import { readFiringAgain } from "../firing-store.js";
import { RuleDialog } from "./rule-dialog.js";
import { RuleItem } from "./rule-item.js";

type Open = { what: "form"; kept?: KeptRule } | { what: "delete"; kept: KeptRule };

/** When to alert. */
export function RulesView() {
  const { value: rules, error, again } = useAsked(listRules);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const changed = () => {
    close();
    again();
    readFiringAgain();
  };
  return (
    <section aria-label="Rules">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="max-w-2xl text-muted text-sm">
          A rule says what is wrong; it fires an alert for each machine, run or client of which that is true,
          and resolves it when it is over.
        </p>
        <Button kind="primary" onClick={() => setOpen({ what: "form" })} aria-haspopup="dialog">
          Add a rule
        </Button>
      </div>
      {error && (
        <Notice tone="warn" title="The rules could not be read">
          {refusalOf(error)}
        </Notice>
      )}
      {!rules && !error && <Loading what="the rules" />}
      {rules?.length === 0 && <p className="py-12 text-center text-muted">Nothing is watched for.</p>}
      {rules && rules.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {rules.map((kept) => (
            <RuleItem
              key={kept.ruleId}
              kept={kept}
              onEdit={() => setOpen({ what: "form", kept })}
              onDelete={() => setOpen({ what: "delete", kept })}
              onChanged={changed}
            />
          ))}
        </ul>
      )}
      {open?.what === "form" && <RuleDialog kept={open.kept} onClose={close} onSaved={changed} />}
      {open?.what === "delete" && (
        <DeleteDialog
          title="Delete this rule?"
          onDelete={() => deleteRule(open.kept.ruleId)}
          onClose={close}
          onDeleted={changed}
        >
          <bdi>{open.kept.rule.name}</bdi> is watched for no more. Its alerts are resolved and stay in the
          history. Switching it off instead leaves it here.
        </DeleteDialog>
      )}
    </section>
  );
}
