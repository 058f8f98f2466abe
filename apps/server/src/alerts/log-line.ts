import type { AlertRow } from "@fedloom/db";

/** Control characters, line ends of all kinds, and what turns the direction of text. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const MAX_LENGTH = 1_000;

/** An alert as one line of a log, whatever somebody wrote into it. */
export function logLineOf(alert: AlertRow, at: Date): string {
  const { state, severity, title, message, alertId } = alert;
  const line = `${at.toISOString()} alert ${state} ${severity}: ${title}: ${message} (${alertId})`;
  return line.replace(UNPRINTABLE, " ").slice(0, MAX_LENGTH);
}
