import { z } from "zod";
import { MAX_NAME_LENGTH, name } from "../fields.js";

export const alertSeverity = z.enum(["info", "warning", "critical"]);
export type AlertSeverity = z.output<typeof alertSeverity>;

const MAX_LABELS = 32;
const MAX_PATTERNS = 100;

/** Few and short, since they travel with every alert. */
export const alertLabels = z
  .record(name, z.string().max(MAX_NAME_LENGTH * 2))
  .refine((map) => Object.keys(map).length <= MAX_LABELS, {
    error: `expected at most ${MAX_LABELS} entries`,
  });

/** Names, in which `*` stands for any characters. */
export const patterns = z.array(name).min(1).max(MAX_PATTERNS);

/** Which alerts: those that fit everything that is given, and so all when nothing is. */
export const alertMatcher = z.strictObject({
  severities: z.array(alertSeverity).min(1).max(3).optional(),
  ruleIds: z.array(name).min(1).max(MAX_PATTERNS).optional().describe("of these rules"),
  hosts: patterns.optional().describe("about such a host; * stands for any characters"),
  runs: patterns.optional().describe("about a run with such an id"),
  projects: patterns.optional().describe("about a run of such a project"),
  sources: patterns.optional().describe("announced by such a source; those of rules have the source fedloom"),
  labels: alertLabels.optional().describe("each label with a value like this"),
});
export type AlertMatcher = z.output<typeof alertMatcher>;
