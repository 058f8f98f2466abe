import { z } from "zod";
import { labels, name, runId, text } from "../fields.js";
import { defineEvent } from "./define-event.js";

export const alert = defineEvent("alert", {
  alertId: name,
  severity: z.enum(["info", "warning", "critical"]),
  title: text,
  message: text,
  source: name,
  host: name.optional(),
  runId: runId.optional(),
  labels: labels.optional(),
  state: z.enum(["firing", "resolved"]),
});
