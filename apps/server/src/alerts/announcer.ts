import type { AlertRepository, NewAlertDelivery } from "@fedloom/db";
import { createEvent, toWireEvent } from "@fedloom/protocol";
import type { Relay } from "@fedloom/relay";
import type { AlertJournal } from "./alert-journal.js";
import type { AlertRouter } from "./alert-router.js";
import { logLineOf } from "./log-line.js";
import type { RunFactsCache } from "./run-facts.js";
import type { LiveAlert } from "./subject.js";

export interface AnnouncerOptions {
  readonly relay: Pick<Relay, "publish">;
  readonly alerts: AlertRepository;
  readonly facts: RunFactsCache;
  readonly router: AlertRouter;
  readonly journal: AlertJournal;
  readonly now: () => Date;
  /** Takes one line. */
  readonly log: (line: string) => void;
  /** Called when there is something to deliver. */
  readonly onDeliveries: () => void;
}

/** Stores what becomes of an alert, then tells those who want to know: viewers, the log and webhooks. */
export class Announcer {
  readonly #options: AnnouncerOptions;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  fire(alert: LiveAlert): void {
    const { alerts, router, now } = this.#options;
    let isDecided = false;
    const decide = (project: string | undefined) => {
      if (!isDecided) alert.isSilenced = router.isSilenced(alert, project, now());
      isDecided = true;
    };
    const fired = { ...alert };
    this.#push(alert, {
      decide: (project) => {
        decide(project);
        fired.isSilenced = alert.isSilenced;
        return fired;
      },
      store: (deliveries) => alerts.recordFiring(fired, deliveries),
    });
  }

  /** Tells that an alert is over, and why, to those who were told of it. */
  resolve(alert: LiveAlert, message: string): void {
    const { alerts, facts, now } = this.#options;
    const resolvedAt = now().toISOString();
    const { alertId, runId } = alert;
    let isRunGone = false;
    this.#push(alert, {
      decide: () => ({ ...alert, message, state: "resolved", resolvedAt }),
      // An event of a run that was deleted would bring it back.
      asEvent: (told) => (isRunGone ? { ...told, runId: undefined } : told),
      store: async (deliveries) => {
        isRunGone = runId !== undefined && !(await facts.exists(runId));
        await alerts.recordResolved(alertId, resolvedAt, deliveries);
      },
    });
  }

  /** Tells of an alert that was silenced, if it is so no more. */
  tellIfUnsilenced(alert: LiveAlert): void {
    const { alerts, router, facts, now } = this.#options;
    const project = alert.runId === undefined ? undefined : facts.peek(alert.runId)?.project;
    if (!alert.isSilenced || router.isSilenced(alert, project, now())) return;
    alert.isSilenced = false;
    const told = { ...alert };
    this.#push(alert, {
      decide: () => told,
      store: (deliveries) => alerts.recordUnsilenced(alert.alertId, deliveries),
    });
  }

  #push(
    alert: LiveAlert,
    step: {
      /** The alert as it is told. */
      decide(project: string | undefined): LiveAlert;
      store(deliveries: readonly NewAlertDelivery[]): Promise<void>;
      /** What viewers get of it, where that differs. */
      asEvent?(told: LiveAlert): LiveAlert;
    },
  ): void {
    const { facts, router, journal, now } = this.#options;
    const { runId } = alert;
    // Made once, so that what was stored although the database seemed to be away is not stored twice.
    let deliveries: NewAlertDelivery[] | undefined;
    journal.push({
      store: async () => {
        if (runId !== undefined && router.asksForProjects) await facts.load(runId);
        const project = runId === undefined ? undefined : facts.peek(runId)?.project;
        const told = step.decide(project);
        deliveries ??= told.isSilenced ? [] : router.deliveriesOf(told, project, now());
        await step.store(deliveries);
        if (deliveries.length > 0) this.#options.onDeliveries();
      },
      announce: () => {
        const project = runId === undefined ? undefined : facts.peek(runId)?.project;
        const told = step.decide(project);
        if (told.isSilenced) return;
        if (router.isLogged(told, project)) this.#options.log(logLineOf(told, now()));
        this.#publish(step.asEvent?.(told) ?? told);
      },
    });
  }

  #publish({ alertId, severity, title, message, source, host, runId, labels, state }: LiveAlert): void {
    const { relay, now } = this.#options;
    const data = { alertId, severity, title, message, source, host, runId, labels, state };
    relay.publish(toWireEvent(createEvent("alert", data, now)));
  }
}
