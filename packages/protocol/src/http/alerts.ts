import { z } from "zod";
import { MAX_TEXT_LENGTH, name, runId, text } from "../fields.js";
import { defineWireObject, type ValueOfWireObject } from "../wire-object.js";
import { alertLabels, alertMatcher, alertSeverity } from "./alert-fields.js";
import { wholeNumber } from "./query-fields.js";

const time = z.iso.datetime();
const REFUSE = { unknownFields: "refuse" } as const;
const MAX_SILENCE_SECONDS = 366 * 24 * 60 * 60;

/** What was wrong, once for each time that it was. */
export const alertRecord = defineWireObject({
  alertId: name,
  fingerprint: name.describe("the same for the same trouble"),
  ruleId: name.optional().describe("absent if somebody announced it, or its rule is gone"),
  severity: alertSeverity,
  title: text,
  message: text,
  source: name,
  host: name.optional(),
  runId: runId.optional(),
  labels: z.record(z.string(), z.string()),
  state: z.enum(["firing", "resolved"]),
  isSilenced: z.boolean().describe("nobody was told of it"),
  startedAt: time,
  resolvedAt: time.optional(),
});
export type AlertRecord = ValueOfWireObject<typeof alertRecord>;

/** Query of `GET /api/alerts`. */
export const alertListQuery = z.strictObject({
  state: z.enum(["firing", "resolved"]).optional(),
  severity: alertSeverity.optional(),
  host: name.optional(),
  run_id: runId.optional(),
  since: z.iso.datetime({ offset: true }).optional().describe("that began not before this time"),
  after: name.optional().describe("the `next` of the page before"),
  limit: wholeNumber(1, 1_000).default(50).describe("most entries of the answer"),
});

/** Answer of `GET /api/alerts`. */
export const alertList = z.object({
  alerts: z.array(alertRecord.wireSchema).describe("newest first"),
  next: z.string().nullable().describe("what `after` gets for the next page; null after the last one"),
});

/** Path of one alert. */
export const alertParams = z.strictObject({ alert_id: name });

/** Body of `POST /api/ws/broadcast/alert`. */
export const alertBroadcast = defineWireObject(
  {
    severity: alertSeverity.default("info"),
    title: z.string().min(1).max(MAX_TEXT_LENGTH),
    message: text.default(""),
    source: name.default("api").describe("who says so"),
    host: name.optional(),
    runId: runId.optional().describe("of a run that there is"),
    labels: alertLabels.default({}),
  },
  REFUSE,
);
export type AlertBroadcast = ValueOfWireObject<typeof alertBroadcast>;

/** Answer of whatever makes an alert. */
export const alertStarted = z.object({ alert_id: name });

/** Body of `POST /api/alerts/silences` and `PUT /api/alerts/silences/{silence_id}`: its end is given in one of two ways. */
export const alertSilenceInput = defineWireObject(
  {
    matcher: alertMatcher,
    comment: text.default(""),
    startsAt: time.optional().describe("now when absent"),
    endsAt: time.optional(),
    seconds: z.number().min(1).max(MAX_SILENCE_SECONDS).optional().describe("how long, in place of ends_at"),
  },
  REFUSE,
);
export type AlertSilenceInput = ValueOfWireObject<typeof alertSilenceInput>;

/** Alerts that nobody wants to hear of for a while: they are kept, and nobody is told. */
export const alertSilence = defineWireObject({
  silenceId: name,
  matcher: alertMatcher,
  comment: text,
  startsAt: time,
  endsAt: time,
});
export type AlertSilence = ValueOfWireObject<typeof alertSilence>;

/** Answer of `GET /api/alerts/silences`. */
export const alertSilenceList = z.object({
  silences: z.array(alertSilence.wireSchema).describe("those that are not over"),
});

/** Path of one silence. */
export const alertSilenceParams = z.strictObject({ silence_id: name });
