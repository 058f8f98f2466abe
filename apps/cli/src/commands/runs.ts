import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import type { Command, FlagValues, Surroundings } from "../command.js";
import { CliError } from "../errors.js";
import { describeRun, tableOfPruned, tableOfRuns } from "../runs/describe-run.js";
import { printLogs } from "../runs/follow-logs.js";
import { jsonLine } from "../runs/json-line.js";
import { readList, readRun } from "../runs/read-answer.js";
import { createServerApi, type ServerApi } from "../runs/server-api.js";
import { SERVER_FLAGS, serverOf } from "../runs/server-flags.js";

interface Task {
  api: ServerApi;
  values: FlagValues;
  runId: string;
  surroundings: Surroundings;
  /** Prints an answer for scripts or for people. */
  show: (answer: unknown, lines: () => readonly string[]) => void;
}

interface Action {
  /** Whether it is about one run. */
  needsRun: boolean;
  /** Flags that only mean something to it. */
  flags: readonly string[];
  do(task: Task): Promise<number>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  list: { needsRun: false, flags: ["state", "limit", "project", "search"], do: list },
  show: { needsRun: true, flags: [], do: show },
  start: { needsRun: false, flags: ["config"], do: start },
  stop: { needsRun: true, flags: ["reason"], do: (task) => ask(task, "stop") },
  pause: { needsRun: true, flags: ["reason"], do: (task) => ask(task, "pause") },
  resume: { needsRun: true, flags: ["reason"], do: (task) => ask(task, "resume") },
  delete: { needsRun: true, flags: [], do: remove },
  prune: { needsRun: false, flags: ["older-than", "keep-last", "state", "dry-run"], do: prune },
  logs: { needsRun: true, flags: ["follow"], do: logs },
  export: { needsRun: true, flags: ["format"], do: exportRun },
};
const NAMES = Object.keys(ACTIONS);
const MAX_LIMIT = 1_000;

export const runs: Command = {
  name: "runs",
  summary: `Runs of a server: ${NAMES.join(", ")}.`,
  operands: "ACTION [RUN_ID]",
  maxOperands: 2,
  flags: {
    ...SERVER_FLAGS,
    json: { help: "answers as JSON, one object a line", type: "switch" },
    state: { help: "list, prune: only in these states, such as failed,stopped", type: "text" },
    limit: { help: "list: how many at most (50)", type: "number" },
    project: { help: "list: only of this project", type: "text" },
    search: { help: "list: part of the name, notes or a tag", type: "text" },
    config: { help: "start: JSON file with the run's config; - reads standard input", type: "text" },
    reason: { help: "stop, pause, resume: why, for whoever reads the run's events", type: "text" },
    "older-than": { help: "prune: runs that ended more than so many days ago", type: "number" },
    "keep-last": { help: "prune: all but the newest so many", type: "number" },
    "dry-run": { help: "prune: only tells which", type: "switch" },
    follow: { help: "logs: go on until the run is over", type: "switch" },
    format: { help: "export: csv (metrics) or jsonl (events) (csv)", type: "text" },
  },
  async run(values, [name = "", runId], surroundings) {
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action)
      throw new CliError("usage", `runs: expected ${NAMES.join(" or ")}, received ${JSON.stringify(name)}`);
    refuseStrayFlags(name, action, values);
    const api = createServerApi({ ...serverOf(values), signal: surroundings.signal });
    const { print } = surroundings;
    const show = (answer: unknown, lines: () => readonly string[]) => {
      for (const line of values.isOn("json") ? [jsonLine(answer)] : lines()) print(line);
    };
    return action.do({ api, values, runId: checkRunId(name, action, runId), surroundings, show });
  },
};

function refuseStrayFlags(name: string, { flags }: Action, values: FlagValues): void {
  const ofActions = new Set(Object.values(ACTIONS).flatMap((action) => action.flags));
  const stray = [...ofActions].find((flag) => !flags.includes(flag) && values.text(flag) !== undefined);
  if (stray === undefined) return;
  const owners = NAMES.filter((each) => ACTIONS[each]?.flags.includes(stray)).join(" and ");
  throw new CliError("usage", `--${stray} is for ${owners}, not for ${name}`);
}

function checkRunId(name: string, { needsRun }: Action, runId: string | undefined): string {
  const received = runId === undefined ? "nothing" : JSON.stringify(runId);
  if (!needsRun) {
    if (runId === undefined) return "";
    throw new CliError("usage", `runs ${name}: expected no run, received ${received}`);
  }
  if (runId !== undefined && /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(runId)) return runId;
  throw new CliError("usage", `runs ${name}: expected a run's id of 26 characters, received ${received}`);
}

async function list({ api, values, surroundings: { print, note } }: Task): Promise<number> {
  const query = {
    state: values.text("state"),
    project: values.text("project"),
    search: values.text("search"),
    limit: values.number("limit", 1, MAX_LIMIT),
  };
  const answer = await api.ask({ path: "api/runs", query });
  const listed = readList(answer, "runs");
  if (values.isOn("json")) for (const run of listed) print(jsonLine(run));
  else if (listed.length > 0) for (const line of tableOfRuns(listed.map(readRun))) print(line);
  const total = Number((answer as { total?: unknown }).total);
  if (total > listed.length) note(`${total - listed.length} more; --limit shows them`);
  else if (listed.length === 0) note("there are no such runs");
  return 0;
}

async function show({ api, runId, show: put }: Task): Promise<number> {
  const answer = await api.ask({ path: `api/runs/${runId}` });
  put(answer, () => describeRun(readRun(answer)));
  return 0;
}

async function start({ api, values, surroundings, show: put }: Task): Promise<number> {
  const file = values.text("config");
  const body = file === undefined ? {} : await readConfig(file, surroundings.workingDirectory);
  const answer = await api.ask({ method: "POST", path: "api/runs", body });
  put(answer, () => [String(Object(answer).run_id)]);
  return 0;
}

async function readConfig(file: string, workingDirectory: string): Promise<unknown> {
  const name = file === "-" ? "standard input" : resolve(workingDirectory, file);
  let text: string;
  try {
    text = file === "-" ? await textOf(process.stdin) : await readFile(name, "utf8");
  } catch (cause) {
    throw new CliError("unreadable_file", `${name}: ${(cause as Error).message}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError("unreadable_file", `${name}: expected JSON: ${(cause as Error).message}`, { cause });
  }
}

async function ask(
  { api, values, runId, show: put }: Task,
  what: "stop" | "pause" | "resume",
): Promise<number> {
  const reason = values.text("reason");
  const body = reason === undefined ? {} : { reason };
  const answer = await api.ask({ method: "POST", path: `api/runs/${runId}/${what}`, body });
  put(answer, () => [`${runId} was asked to ${what}`]);
  return 0;
}

async function remove({ api, runId, show: put }: Task): Promise<number> {
  await api.ask({ method: "DELETE", path: `api/runs/${runId}` });
  put({ run_id: runId }, () => [`${runId} is deleted`]);
  return 0;
}

async function prune({ api, values, surroundings: { note }, show: put }: Task): Promise<number> {
  const olderThan = values.number("older-than", 0, 36_500);
  const keepLast = values.number("keep-last", 0);
  // Or one forgotten flag would delete everything.
  if (olderThan === undefined && keepLast === undefined) {
    throw new CliError("usage", "runs prune: expected --older-than or --keep-last, received neither");
  }
  const isDryRun = values.isOn("dry-run");
  const body = {
    older_than_days: olderThan,
    keep_last: keepLast,
    states: values.text("state")?.split(","),
    dry_run: isDryRun,
  };
  const answer = await api.ask({ method: "POST", path: "api/runs/prune", body });
  const pruned = readList(answer, "runs");
  if (pruned.length > 0) put(answer, () => tableOfPruned(pruned));
  const what = `${pruned.length} ${pruned.length === 1 ? "run" : "runs"}`;
  note(isDryRun ? `would delete ${what}` : `deleted ${what}`);
  return 0;
}

async function logs({ api, values, runId, surroundings }: Task): Promise<number> {
  const { print, note, signal } = surroundings;
  await printLogs(api, {
    runId,
    follow: values.isOn("follow"),
    asJson: values.isOn("json"),
    print,
    note,
    signal,
  });
  return 0;
}

async function exportRun({ api, values, runId, surroundings }: Task): Promise<number> {
  const format = values.choice("format", ["csv", "jsonl"]) ?? "csv";
  const path = `api/runs/${runId}/${format === "csv" ? "metrics" : "events"}`;
  for await (const part of api.stream({ path, query: { format } })) await surroundings.write(part);
  return surroundings.signal.aborted ? 1 : 0;
}
