import { type AlertRoute, type AlertRouteTest, alertRouteInput } from "@fedloom/protocol";
import { useState } from "react";
import { saveRoute, testRoute } from "../../api/alert-routes.js";
import { useAction } from "../../api/use-action.js";
import { Button } from "../../ui/button.js";
import { formatCount } from "../../ui/format.js";
import { Refused } from "../../ui/refused.js";
import { Switch } from "../../ui/switch.js";
import { matcherWords } from "../matcher/matcher-words.js";

export interface RouteItemProps {
  route: AlertRoute;
  nameOfRule: (ruleId: string) => string;
  onEdit: () => void;
  onDelete: () => void;
  onChanged: () => void;
}

/** One route: which alerts go where, with a test that says what came of it. */
export function RouteItem({ route, nameOfRule, onEdit, onDelete, onChanged }: RouteItemProps) {
  const { routeId, name, isEnabled, matcher, receiver } = route;
  const { act, isActing, refusal } = useAction();
  const [outcome, setOutcome] = useState<AlertRouteTest>();
  const enable = async (next: boolean) => {
    const input = alertRouteInput.toWire({ name, matcher, receiver, isEnabled: next });
    if (await act(() => saveRoute(input, routeId))) onChanged();
  };
  const test = async () => {
    setOutcome(undefined);
    await act(async () => setOutcome(await testRoute(routeId)));
  };
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="pt-0.5">
        <Switch label={`${name}, on or off`} isOn={isEnabled} isDisabled={isActing} onChange={enable} />
      </div>
      <div className="min-w-0 flex-1 basis-48 [overflow-wrap:anywhere]">
        <p className="font-medium">
          <bdi>{name}</bdi>
          {!isEnabled && <span className="ml-2 font-normal text-muted text-xs">switched off</span>}
        </p>
        <p className="text-sm">
          {receiver.kind === "log" ? "to the server's log" : <bdi>{receiver.url}</bdi>}
        </p>
        <p className="text-muted text-sm first-letter:uppercase">
          <bdi>{matcherWords(matcher, nameOfRule)}</bdi>
        </p>
        <div role="status">{outcome && <Outcome outcome={outcome} />}</div>
        <Refused refusal={refusal} className="mt-1" />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button disabled={isActing} onClick={test}>
          {isActing ? "Testing…" : "Test"}
          <span className="sr-only"> {name}</span>
        </Button>
        <Button onClick={onEdit} aria-haspopup="dialog">
          Change<span className="sr-only"> {name}</span>
        </Button>
        <Button onClick={onDelete} aria-haspopup="dialog">
          Delete<span className="sr-only"> {name}</span>
        </Button>
      </div>
    </li>
  );
}

function Outcome({ outcome: { isDelivered, status, error, durationMs } }: { outcome: AlertRouteTest }) {
  const answer = status === undefined ? "" : ` with status ${status}`;
  const took = ` within ${formatCount(Math.round(durationMs))} ms`;
  return isDelivered ? (
    <p className="mt-1 text-good text-sm">
      The test was delivered{answer}
      {took}.
    </p>
  ) : (
    <p className="mt-1 text-bad text-sm">
      The test was not delivered: <bdi>{error ?? `the receiver answered${answer}`}</bdi>.
    </p>
  );
}
