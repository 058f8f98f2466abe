import type { AlertRepository, DueAlertDelivery } from "@fedloom/db";
import type { WebhookMessage, WebhookOutcome } from "./send-webhook.js";

export type WebhookTarget = Pick<WebhookMessage, "url" | "secret">;

export interface DeliveryWorkerOptions {
  readonly alerts: Pick<
    AlertRepository,
    "claimDeliveries" | "nextDeliveryAt" | "recordDelivered" | "recordFailed"
  >;
  /** Undefined if the route is gone or switched off. */
  readonly targetOf: (routeId: string) => WebhookTarget | undefined;
  readonly send: (message: WebhookMessage, signal: AbortSignal) => Promise<WebhookOutcome>;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Most messages on their way at once; to each receiver one. */
const MAX_AT_ONCE = 4;
/** How long nobody else tries what this server has taken: longer than a try. */
const CLAIM_MS = 60_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60 * 60_000;
const GIVE_UP_MS = 24 * 60 * 60_000;
/** How often to look for what another server left, or while the database is away, in ms. */
const LOOK_MS = 30_000;
const RETRY_MS = 1_000;

/** Delivers to webhooks what the database has for them, again and again until it works or a day is over. */
export class DeliveryWorker {
  readonly #options: DeliveryWorkerOptions;
  readonly #busyRoutes = new Set<string>();
  readonly #abort = new AbortController();
  #sending = new Set<Promise<void>>();
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #lookAt = 0;

  constructor(options: DeliveryWorkerOptions) {
    this.#options = options;
  }

  /** Looks for what is due, if it is time for that. */
  tick(): void {
    if (this.#options.now().getTime() >= this.#lookAt) this.wake();
  }

  /** Looks for what is due. */
  wake(): void {
    if (this.#abort.signal.aborted) return;
    this.#isWanted = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Cuts off what is on its way; it is tried again by the next server. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#looking;
    await Promise.all(this.#sending);
  }

  async #look(): Promise<void> {
    const { alerts, now } = this.#options;
    while (this.#isWanted && !this.#abort.signal.aborted) {
      this.#isWanted = false;
      const limit = MAX_AT_ONCE - this.#busyRoutes.size;
      const at = now().getTime();
      try {
        if (limit <= 0) return;
        const claim = { limit, exceptRoutes: [...this.#busyRoutes] };
        const [from, until] = [new Date(at).toISOString(), new Date(at + CLAIM_MS).toISOString()];
        for (const delivery of await alerts.claimDeliveries({ ...claim, now: from, until }))
          this.#start(delivery);
        const next = await alerts.nextDeliveryAt();
        this.#lookAt = Math.min(
          at + LOOK_MS,
          next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next),
        );
      } catch {
        // The database is away; its part of the server's health says so.
        this.#lookAt = at + RETRY_MS;
      }
    }
  }

  #start(delivery: DueAlertDelivery): void {
    this.#busyRoutes.add(delivery.routeId);
    const sending = this.#deliver(delivery).finally(() => {
      this.#busyRoutes.delete(delivery.routeId);
      this.#sending.delete(sending);
      this.wake();
    });
    this.#sending.add(sending);
  }

  async #deliver({ deliveryId, routeId, payload, createdAt, numTries }: DueAlertDelivery): Promise<void> {
    const { alerts, targetOf, send, now } = this.#options;
    try {
      const target = targetOf(routeId);
      if (!target) return await alerts.recordFailed(deliveryId, { error: "the route is switched off" });
      const outcome = await send({ ...target, deliveryId, payload }, this.#abort.signal);
      if (outcome.isDelivered) return await alerts.recordDelivered(deliveryId);
      const waitMs = this.#abort.signal.aborted ? 0 : this.#waitMs(numTries);
      const nextTry = now().getTime() + waitMs;
      const isOver = nextTry > Date.parse(createdAt) + GIVE_UP_MS;
      const nextTryAt = isOver ? undefined : new Date(nextTry).toISOString();
      await alerts.recordFailed(deliveryId, { error: outcome.error, nextTryAt });
    } catch {
      // The database is away: the delivery is tried again when the claim is over, and its id tells that it is the same.
    }
  }

  /** Twice as long each time, and not for all at the same moment. */
  #waitMs(numTries: number): number {
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(numTries, 20));
    return wait * (0.5 + this.#options.random() / 2);
  }
}
