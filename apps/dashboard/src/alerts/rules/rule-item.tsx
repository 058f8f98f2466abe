import { alertRule } from "@fedloom/protocol";
import { useState } from "react";
import { type KeptRule, saveRule, testRule } from "../../api/alert-rules.js";
import { useAction } from "../../api/use-action.js";
import { Button } from "../../ui/button.js";
import { Refused } from "../../ui/refused.js";
import { Switch } from "../../ui/switch.js";
import { SeverityBadge } from "../severity-badge.js";
import { ruleSentence } from "./rule-words.js";

export interface RuleItemProps {
  kept: KeptRule;
  onEdit: () => void;
  onDelete: () => void;
  onChanged: () => void;
}

/** One rule: when it fires, whether it is on, and what may be done with it. */
export function RuleItem({ kept, onEdit, onDelete, onChanged }: RuleItemProps) {
  const { ruleId, rule } = kept;
  const { act, isActing, refusal } = useAction();
  const [isTested, setTested] = useState(false);
  const enable = async (isEnabled: boolean) => {
    if (await act(() => saveRule(alertRule.toWire({ ...rule, isEnabled }), ruleId))) onChanged();
  };
  const scope = scopeWords(rule.scope);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="pt-0.5">
        <Switch
          label={`${rule.name}, on or off`}
          isOn={rule.isEnabled}
          isDisabled={isActing}
          onChange={enable}
        />
      </div>
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <bdi className="font-medium [overflow-wrap:anywhere]">{rule.name}</bdi>
          <SeverityBadge severity={rule.severity} />
          {!rule.isEnabled && <span className="text-muted text-xs">switched off</span>}
        </p>
        <p className="mt-0.5 text-muted text-sm [overflow-wrap:anywhere]">
          when <bdi>{ruleSentence(rule)}</bdi>
          {scope && <bdi>; only {scope}</bdi>}
        </p>
        {isTested && (
          <p role="status" className="mt-1 text-good text-sm">
            A test alert was sent and ended; it is in the history.
          </p>
        )}
        <Refused refusal={refusal} className="mt-1" />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          disabled={isActing}
          onClick={async () => setTested(await act(() => testRule(ruleId)))}
          title="Fires an alert of this rule as a test, which goes wherever its alerts go"
        >
          Test<span className="sr-only"> {rule.name}</span>
        </Button>
        <Button onClick={onEdit} aria-haspopup="dialog">
          Change<span className="sr-only"> {rule.name}</span>
        </Button>
        <Button onClick={onDelete} aria-haspopup="dialog">
          Delete<span className="sr-only"> {rule.name}</span>
        </Button>
      </div>
    </li>
  );
}

function scopeWords(scope: KeptRule["rule"]["scope"]): string {
  const { hosts, runs, projects } = (scope ?? {}) as Partial<Record<"hosts" | "runs" | "projects", string[]>>;
  return [
    hosts && `on ${hosts.join(" or ")}`,
    runs && `of runs ${runs.join(" or ")}`,
    projects && `of the projects ${projects.join(" or ")}`,
  ]
    .filter(Boolean)
    .join(", ");
}
