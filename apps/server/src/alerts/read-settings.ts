import type { AlertRepository, AlertRuleRow } from "@fedloom/db";
import { type AlertRule, alertRouteInput, alertRule, alertSilence } from "@fedloom/protocol";
import type { Route, Silence } from "./alert-router.js";

export interface KeptRule extends AlertRuleRow {
  readonly rule: AlertRule;
}

export interface AlertSettings {
  readonly rules: readonly KeptRule[];
  readonly silences: readonly Silence[];
  readonly routes: readonly Route[];
}

/** Reads what to alert of and whom to tell; what an older or newer version wrote and this one cannot read is left out. */
export async function readSettings(alerts: AlertRepository, at: Date): Promise<AlertSettings> {
  const [rules, silences, routes] = await Promise.all([
    alerts.listRules(),
    alerts.listSilences(at.toISOString()),
    alerts.listRoutes(),
  ]);
  return {
    rules: rules.flatMap((row) => {
      const decoded = alertRule.decode(row.definition);
      return decoded.ok ? [{ ...row, rule: decoded.value }] : [];
    }),
    silences: silences.flatMap((row) => {
      const decoded = alertSilence.decode({
        silence_id: row.silenceId,
        matcher: row.matcher,
        comment: row.comment,
        starts_at: row.startsAt,
        ends_at: row.endsAt,
      });
      return decoded.ok ? [decoded.value as Silence] : [];
    }),
    routes: routes.flatMap(({ routeId, name, isEnabled, matcher, receiver }) => {
      const decoded = alertRouteInput.decode({ name, is_enabled: isEnabled, matcher, receiver });
      return decoded.ok ? [{ routeId, ...decoded.value } as Route] : [];
    }),
  };
}
