import type { AlertRoute } from "@fedloom/protocol";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { saveRoute } from "../../api/alert-routes.js";
import { listRules } from "../../api/alert-rules.js";
import { useAction } from "../../api/use-action.js";
import { useAsked } from "../../api/use-asked.js";
import { problemSentence } from "../../new-run/config/problem-sentence.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { CheckField, SelectField, TextField } from "../../ui/field.js";
import { Refused } from "../../ui/refused.js";
import { MatcherFields } from "../matcher/matcher-fields.js";
import { type RouteProblem, type RouteValues, routeOfValues, valuesOfRoute } from "./route-form.js";

const PLACED = /^(name|receiver\.(url|secret)|matcher\..+)$/;

export interface RouteDialogProps {
  /** The route that is changed; a new one when absent. */
  route: AlertRoute | undefined;
  onClose: () => void;
  /** Called with the secret that the server made, if it made one. */
  onSaved: (secret: string | undefined) => void;
}

/** The form of a route; what is refused is said beside its field. */
export function RouteDialog({ route, onClose, onSaved }: RouteDialogProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const rules = useAsked(listRules).value ?? [];
  const [values, setValues] = useState(() => valuesOfRoute(route));
  const [problem, setProblem] = useState<RouteProblem>();
  const { act, isActing, refusal, forgetRefusal } = useAction();
  const change = (changes: Partial<RouteValues>) => setValues((before) => ({ ...before, ...changes }));

  const refused =
    problem ?? (refusal?.field ? { field: refusal.field, message: problemSentence(refusal) } : undefined);
  const problemOf = (field: string) => (refused?.field === field ? refused.message : undefined);
  const isPlaced = refused !== undefined && PLACED.test(refused.field);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refused?.field, refused?.message]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    forgetRefusal();
    const made = routeOfValues(values);
    setProblem(made.ok ? undefined : made.problem);
    if (!made.ok) return;
    let secret: string | undefined;
    const isSaved = await act(async () => {
      secret = await saveRoute(made.route, route?.routeId);
    });
    if (isSaved) onSaved(secret);
  };
  return (
    <Dialog
      title={route ? "Change a route" : "Add a route"}
      isOpen
      isWide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} kind="primary" disabled={isActing}>
            {isActing ? "Saving…" : route ? "Save" : "Add route"}
          </Button>
        </>
      }
    >
      <form id={id} ref={form} noValidate onSubmit={submit} className="space-y-4">
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            name="name"
            value={values.name}
            onChange={(event) => change({ name: event.target.value })}
            autoComplete="off"
            problem={problemOf("name")}
          />
          <SelectField
            label="To"
            name="receiver.kind"
            value={values.kind}
            onChange={(event) => change({ kind: event.target.value as RouteValues["kind"] })}
            help={
              values.kind === "log"
                ? "One line on the server's standard error."
                : "A signed POST to an address, tried again until it is taken."
            }
          >
            <option value="webhook">a webhook</option>
            <option value="log">the server's log</option>
          </SelectField>
          {values.kind === "webhook" && (
            <>
              <TextField
                label="Address"
                name="receiver.url"
                type="url"
                value={values.url}
                onChange={(event) => change({ url: event.target.value })}
                placeholder="https://alerts.example.org/fedloom"
                autoComplete="off"
                problem={problemOf("receiver.url")}
              />
              <TextField
                label="Secret"
                name="receiver.secret"
                value={values.secret}
                onChange={(event) => change({ secret: event.target.value })}
                autoComplete="off"
                spellCheck={false}
                help={
                  route?.receiver.kind === "webhook"
                    ? "Signs what is sent. Empty: it stays as it is."
                    : "Signs what is sent. Empty: one is made, and shown once."
                }
                problem={problemOf("receiver.secret")}
              />
            </>
          )}
          <CheckField
            label="Switched on"
            name="is_enabled"
            checked={values.isEnabled}
            onChange={(event) => change({ isEnabled: event.target.checked })}
          />
        </div>
        <fieldset className="border-line border-t pt-4">
          <legend className="sr-only">Which alerts</legend>
          <p className="mb-3 text-muted text-sm">
            Alerts that fit all that is given go this way; all when nothing is.
          </p>
          <MatcherFields
            values={values.matcher}
            onChange={(matcher) => change({ matcher })}
            rules={rules}
            problem={refused}
          />
        </fieldset>
        {problem && !isPlaced && (
          <p role="alert" className="text-bad text-sm">
            {problem.field}: {problem.message}
          </p>
        )}
        {!isPlaced && <Refused refusal={refusal} />}
      </form>
    </Dialog>
  );
}
