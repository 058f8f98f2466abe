import { z } from "zod";
import { type Decoded, ProtocolError } from "../errors.js";
import { name, ordinal } from "../fields.js";
import { defineWireObject, describeIssue, type ValueOfWireObject } from "../wire-object.js";
import { alertLabels, alertSeverity, patterns } from "./alert-fields.js";
import { refuseContradictions } from "./alert-rule-contradictions.js";

const MAX_SECONDS = 30 * 24 * 60 * 60;
const seconds = z.number().min(0).max(MAX_SECONDS);
const someSeconds = z.number().min(1).max(MAX_SECONDS);

const hosts = patterns
  .optional()
  .describe("hosts with such a name; * stands for any characters; all when absent");
const runs = patterns.optional().describe("runs with such an id");
const projects = patterns.optional().describe("runs of such a project");
const ofHosts = z.strictObject({ hosts }).optional();
const ofRuns = z.strictObject({ runs, projects }).optional();
const ofBoth = z.strictObject({ hosts, runs, projects }).optional();

const phase = z.enum(["train", "val", "test"]).optional().describe("any when absent");
const clients = name
  .optional()
  .describe("values of clients with such a name, each on its own; those of the run as a whole when absent");

const common = {
  name: name.describe("begins the titles of its alerts"),
  isEnabled: z.boolean().default(true),
  severity: alertSeverity.default("warning"),
  cooldownSeconds: seconds
    .default(300)
    .describe("after an alert was resolved, the same trouble is none for so long"),
  labels: alertLabels.default({}).describe("go with its alerts"),
};

const shapes = {
  threshold: {
    kind: z.literal("threshold"),
    ...common,
    of: z.enum(["host", "run"]).describe("whose metric"),
    metric: name.describe("of a host: cpu_percent, memory_percent …; of a run: any, by its whole name"),
    op: z.enum([">", ">=", "<", "<="]),
    value: z.number(),
    forSeconds: seconds.default(0).describe("how long it has to hold"),
    clearValue: z.number().optional().describe("over only once the value is back beyond this"),
    clearMargin: z.number().min(0).optional().describe("over only once the value is back by this much"),
    phase,
    clients,
    scope: ofBoth,
  },
  nan: {
    kind: z.literal("nan"),
    ...common,
    metric: name
      .default("*")
      .describe("NaN or infinite values of such a metric; * stands for any characters"),
    phase,
    clients,
    scope: ofRuns,
  },
  no_progress: {
    kind: z.literal("no_progress"),
    ...common,
    of: z
      .enum(["step", "event"])
      .default("step")
      .describe("no round or epoch was closed, or nothing came at all"),
    seconds: someSeconds.describe("within so long of a run that is running"),
    scope: ofRuns,
  },
  client_dropped: {
    kind: z.literal("client_dropped"),
    ...common,
    statuses: z
      .array(z.enum(["failed", "timeout", "rejected"]))
      .min(1)
      .max(3)
      .default(["failed", "timeout", "rejected"]),
    numClients: ordinal.optional().describe("so many clients of one round"),
    share: z.number().positive().max(1).optional().describe("this share of the clients of one round"),
    roundsInARow: ordinal
      .max(1_000)
      .optional()
      .describe("one client so many times in a row, each on its own"),
    scope: ofRuns,
  },
  accuracy_fell: {
    kind: z.literal("accuracy_fell"),
    ...common,
    metric: name.default("accuracy").describe("one of which larger values are better"),
    phase,
    by: z.number().positive().describe("by more than this below its best value"),
    rounds: ordinal.max(1_000).default(1).describe("for so many values in a row"),
    clients,
    scope: ofRuns,
  },
  privacy_budget: {
    kind: z.literal("privacy_budget"),
    ...common,
    metric: name.default("privacy/epsilon"),
    epsilon: z.number().positive().describe("the budget"),
    share: z.number().positive().max(1).default(0.9).describe("of the budget that is spent"),
    scope: ofRuns,
  },
  run_failed: {
    kind: z.literal("run_failed"),
    ...common,
    includeLost: z.boolean().default(true).describe("also when nothing is heard of a run any more"),
    scope: ofRuns,
  },
  host_silent: {
    kind: z.literal("host_silent"),
    ...common,
    seconds: z.number().min(10).max(MAX_SECONDS).default(60).describe("without system metrics of a host"),
    scope: ofHosts,
  },
};

type Shapes = typeof shapes;
export type AlertRuleKind = keyof Shapes;
export const alertRuleKinds = Object.keys(shapes) as AlertRuleKind[];

const kept = { ruleId: name, createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() };
const REFUSE = { unknownFields: "refuse" } as const;
const rules = {
  threshold: defineWireObject(shapes.threshold, REFUSE),
  nan: defineWireObject(shapes.nan, REFUSE),
  no_progress: defineWireObject(shapes.no_progress, REFUSE),
  client_dropped: defineWireObject(shapes.client_dropped, REFUSE),
  accuracy_fell: defineWireObject(shapes.accuracy_fell, REFUSE),
  privacy_budget: defineWireObject(shapes.privacy_budget, REFUSE),
  run_failed: defineWireObject(shapes.run_failed, REFUSE),
  host_silent: defineWireObject(shapes.host_silent, REFUSE),
};

/** When to alert, by its kind. */
export type AlertRuleOf<Kind extends AlertRuleKind> = ValueOfWireObject<(typeof rules)[Kind]>;
export type AlertRule = { [Kind in AlertRuleKind]: AlertRuleOf<Kind> }[AlertRuleKind];

const unknownKind = { error: `expected one of ${alertRuleKinds.join(", ")}` };
type WireRule = z.ZodObject<{ kind: z.ZodLiteral<string> }>;
const unionOf = (schemas: readonly z.ZodObject[]) =>
  z.discriminatedUnion("kind", schemas as unknown as [WireRule, ...WireRule[]], unknownKind);

/** Body of `POST /api/alerts/rules` and `PUT /api/alerts/rules/{rule_id}`. */
const wireSchema = unionOf(Object.values(rules).map((rule) => rule.wireSchema)).superRefine(
  refuseContradictions,
);

/** A rule in its wire form, and what gives it its TypeScript names. */
export const alertRule = {
  wireSchema,
  decode(input: unknown): Decoded<AlertRule> {
    const result = wireSchema.safeParse(input);
    if (!result.success) return { ok: false, error: describeIssue(result.error, input) };
    return { ok: true, value: this.fromWire(result.data) };
  },
  /** Gives an already checked wire form camelCase names. */
  fromWire(wire: Record<string, unknown>): AlertRule {
    const rule = rules[wire.kind as AlertRuleKind];
    if (!rule) throw new ProtocolError("invalid_data", `kind: ${unknownKind.error}`, { field: "kind" });
    return rule.fromWire(wire) as AlertRule;
  },
  toWire(rule: AlertRule): Record<string, unknown> {
    return rules[rule.kind].toWire(rule as never);
  },
};

/** A rule as it is kept: answer of `GET /api/alerts/rules/{rule_id}`. */
export const alertRuleRecord = unionOf(
  Object.values(shapes).map((shape) => defineWireObject({ ...kept, ...shape }).wireSchema),
);

/** Answer of `GET /api/alerts/rules`. */
export const alertRuleList = z.object({ rules: z.array(alertRuleRecord) });

/** Path of one rule. */
export const alertRuleParams = z.strictObject({ rule_id: name });
