import type { AlertRow, AlertSilenceRow, NewAlertDelivery } from "@fedloom/db";
import { type AlertMatcher, alertRecord } from "@fedloom/protocol";
import { monotonicFactory } from "ulid";
import { fits } from "./fits.js";
import type { WebhookTarget } from "./webhooks/delivery-worker.js";

/** A silence as it is applied. */
export interface Silence extends Omit<AlertSilenceRow, "matcher"> {
  readonly matcher: AlertMatcher;
}

/** A route as it is followed. */
export interface Route {
  readonly routeId: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly matcher: AlertMatcher;
  readonly receiver: { readonly kind: "log" } | ({ readonly kind: "webhook" } & WebhookTarget);
}

/** Knows whom to tell of an alert. */
export class AlertRouter {
  readonly #nextId = monotonicFactory();
  #silences: readonly Silence[] = [];
  #routes: readonly Route[] = [];

  set(silences: readonly Silence[], routes: readonly Route[]): void {
    this.#silences = silences;
    this.#routes = routes;
  }

  /** Whether it depends on a run's project whom to tell. */
  get asksForProjects(): boolean {
    return [...this.#silences, ...this.#routes].some(({ matcher }) => matcher.projects !== undefined);
  }

  isSilenced(alert: AlertRow, project: string | undefined, at: Date): boolean {
    const now = at.toISOString();
    return this.#silences.some(
      ({ startsAt, endsAt, matcher }) => startsAt <= now && now < endsAt && fits(matcher, alert, project),
    );
  }

  isLogged(alert: AlertRow, project: string | undefined): boolean {
    return this.#following(alert, project).some(({ receiver }) => receiver.kind === "log");
  }

  /** What webhooks are to be told of an alert as it is now. */
  deliveriesOf(alert: AlertRow, project: string | undefined, at: Date): NewAlertDelivery[] {
    return this.#following(alert, project)
      .filter(({ receiver }) => receiver.kind === "webhook")
      .map((route) => this.deliveryOf(route, alert, at));
  }

  deliveryOf(
    { routeId, name }: Pick<Route, "routeId" | "name">,
    alert: AlertRow,
    at: Date,
  ): NewAlertDelivery {
    const [deliveryId, createdAt] = [this.#nextId(at.getTime()), at.toISOString()];
    const record = alertRecord.toWire(alert as never);
    const payload = {
      type: "alert",
      delivery_id: deliveryId,
      route: name,
      created_at: createdAt,
      alert: record,
    };
    return { deliveryId, alertId: alert.alertId, routeId, payload, createdAt };
  }

  route(routeId: string): Route | undefined {
    return this.#routes.find((route) => route.routeId === routeId);
  }

  /** Where a webhook is, unless its route is switched off. */
  targetOf(routeId: string): WebhookTarget | undefined {
    const route = this.route(routeId);
    return route?.isEnabled && route.receiver.kind === "webhook" ? route.receiver : undefined;
  }

  #following(alert: AlertRow, project: string | undefined): Route[] {
    return this.#routes.filter(({ isEnabled, matcher }) => isEnabled && fits(matcher, alert, project));
  }
}
