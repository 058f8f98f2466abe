import type { Database } from "@fedloom/db";
import type { Relay } from "@fedloom/relay";
import type { SendWebhookOptions } from "./webhooks/send-webhook.js";

export interface AlertEngineOptions {
  readonly relay: Relay;
  readonly database: Pick<Database, "alerts" | "runs">;
  /** Takes one line of the log; standard error. */
  readonly log?: ((line: string) => void) | undefined;
  /** Time between looks at the clock, in ms; 1,000. */
  readonly tickMs?: number | undefined;
  /** Time between tries while the database is away, in ms; 1,000. */
  readonly retryMs?: number | undefined;
  /** Monotonic time in ms, time of day and chance, for tests. */
  readonly clock?: (() => number) | undefined;
  readonly now?: (() => Date) | undefined;
  readonly random?: (() => number) | undefined;
  /** How webhooks are reached, for tests. */
  readonly webhooks?: Pick<SendWebhookOptions, "timeoutMs" | "resolve" | "ca"> | undefined;
}

export interface AlertFigures {
  readonly numFiring: number;
  /** What does not work at present. */
  readonly failure: string | undefined;
}
