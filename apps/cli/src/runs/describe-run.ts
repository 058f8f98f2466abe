import type { RunRecord } from "@fedloom/protocol";
import { printable } from "../printable.js";
import { table } from "./table.js";

/** Runs as a table, newest first as they come. */
export function tableOfRuns(runs: readonly RunRecord[]): string[] {
  const rows = runs.map((run) => [
    run.runId,
    run.state,
    run.experimentName,
    run.mode,
    progressOf(run),
    bestOf(run),
    time(run.createdAt),
  ]);
  return table(["run", "state", "name", "mode", "step", "best", "created (UTC)"], rows);
}

/** Runs that were removed, or would be. */
export function tableOfPruned(runs: readonly unknown[]): string[] {
  const rows = (runs as Readonly<Record<string, unknown>>[]).map((run) => [
    String(run.run_id),
    String(run.state),
    String(run.experiment_name),
    time(String(run.last_change_at)),
  ]);
  return table(["run", "state", "name", "last change (UTC)"], rows);
}

/** Everything about one run, a line each. */
export function describeRun(run: RunRecord): string[] {
  const facts: [string, string | undefined][] = [
    ["run", run.runId],
    ["name", run.experimentName],
    ["project", run.project],
    ["state", run.stateReason === undefined ? run.state : `${run.state}: ${run.stateReason}`],
    ["mode", run.mode],
    ["step", progressOf(run)],
    ["best", bestOf(run)],
    ["attempt", run.attempt > 1 ? String(run.attempt) : undefined],
    ["error", run.error],
    ["created", time(run.createdAt)],
    ["started", time(run.startedAt)],
    ["ended", time(run.endedAt)],
    ["tags", run.tags.join(", ")],
    ["notes", run.notes],
    ...finalMetricsOf(run).map(([name, value]): [string, string] => [name, value]),
    ...Object.entries(run.config).map(([name, value]): [string, string] => [`config ${name}`, asText(value)]),
  ];
  const known = facts.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...known.map(([name]) => printable(name).length));
  return known.map(([name, value]) => `${printable(name).padEnd(width)}  ${printable(value ?? "")}`);
}

function finalMetricsOf({ summary }: RunRecord): [string, string][] {
  const metrics = Object(summary?.final_metrics) as Record<string, unknown>;
  return Object.entries(metrics).map(([name, value]) => [`final ${name}`, digits(value)]);
}

function progressOf({ step, totalSteps }: RunRecord): string {
  return totalSteps === undefined ? String(step) : `${step}/${totalSteps}`;
}

function bestOf({ best }: RunRecord): string {
  return best === undefined ? "" : `${best.metric} ${digits(best.value)} at ${best.step}`;
}

/** Without the T and the milliseconds; times of the API are in UTC. */
function time(iso: string | undefined): string {
  return iso === undefined ? "" : iso.slice(0, 19).replace("T", " ");
}

function digits(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(5))) : asText(value);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
