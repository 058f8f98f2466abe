import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { createToken, createTokenId, type Role } from "@fedloom/relay";
import type { Command, FlagValues, Surroundings } from "../command.js";
import { CliError } from "../errors.js";
import { ROLES, toTokenLine } from "../token-file.js";
import { tableOfTokens } from "../tokens/describe-tokens.js";
import { DATA_FLAGS, withDatabase } from "../tokens/with-database.js";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A hundred years. */
const MAX_DAYS = 36_500;
const MAX_LABEL = 128;

const ACTIONS = ["create", "list", "revoke"] as const;

export const token: Command = {
  name: "token",
  summary:
    "Makes, lists and revokes tokens of a server, which may run meanwhile; with --tokens, makes one for a relay alone. A token is shown once and kept nowhere.",
  operands: "create | list | revoke ID",
  maxOperands: 2,
  flags: {
    ...DATA_FLAGS,
    tokens: { help: "create: file of tokens of a relay alone; made when missing", type: "text" },
    role: { help: `create: ${ROLES.join(", ")}`, type: "text" },
    run: { help: "create: the only run it is for", type: "text" },
    project: { help: "create: the only project it is for", type: "text" },
    label: { help: "create: for whom, or for what", type: "text" },
    expires: { help: "create: days until it stops to work", type: "number" },
  },
  async run(values, [action, ...rest], surroundings) {
    if (!ACTIONS.some((each) => each === action)) {
      throw usage(`token: expected ${ACTIONS.join(" or ")}, received ${JSON.stringify(action ?? "")}`);
    }
    if (action === "create") refuseOperands("create", rest);
    else refuseFlags(action as string, values);
    if (action === "list") return list(values, rest, surroundings);
    if (action === "revoke") return revoke(values, rest, surroundings);
    return values.text("tokens") === undefined ? create(values, surroundings) : append(values, surroundings);
  },
};

async function create(values: FlagValues, surroundings: Surroundings): Promise<number> {
  const { role, runId, expiresAt } = wanted(values);
  const label = values.text("label");
  const project = values.text("project");
  if (runId !== undefined && project !== undefined) {
    throw usage("--project: expected none beside --run, since a run is of one project");
  }
  refuseText("--project", project);
  refuseText("--label", label);
  const made = createToken({ role });
  const tokenId = createTokenId();
  const { print, note } = surroundings;
  await withDatabase(values, surroundings, {
    isMade: true,
    async act({ name, tokens, runs }) {
      if (runId !== undefined && !(await runs.get(runId))) {
        throw usage(`--run: expected a run of this database, received ${JSON.stringify(runId)}`);
      }
      await tokens.create({
        tokenId,
        hash: made.record.hash,
        role,
        runId,
        project,
        label,
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
      });
      print(made.token);
      note(`token ${tokenId} is good from now on; its hash is in ${name}`);
    },
  });
  return 0;
}

/** For a relay alone, which reads a file when it starts. */
function append(values: FlagValues, { print, note, workingDirectory }: Surroundings): number {
  const { role, runId, expiresAt } = wanted(values);
  for (const flag of ["project", "label"]) {
    if (values.text(flag) === undefined) continue;
    throw usage(`--${flag}: expected a server's database, received a file of --tokens`);
  }
  const file = resolve(workingDirectory, values.text("tokens") ?? "");
  const made = createToken({ role, runId });
  try {
    appendFileSync(file, toTokenLine({ ...made.record, expiresAt }), { mode: 0o600 });
  } catch (cause) {
    throw new CliError("token_file", `${file}: ${(cause as Error).message}`, { cause });
  }
  print(made.token);
  note(`its hash is in ${file}; restart the relay that reads it`);
  return 0;
}

async function list(
  values: FlagValues,
  rest: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  refuseOperands("list", rest);
  const tokens = await withDatabase(values, surroundings, {
    isMade: false,
    act: (database) => database.tokens.list(),
  });
  for (const line of tableOfTokens(tokens, new Date())) surroundings.print(line);
  return 0;
}

async function revoke(
  values: FlagValues,
  [tokenId]: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  if (tokenId === undefined) throw usage("token revoke: expected the ID of a token, received nothing");
  const isKnown = await withDatabase(values, surroundings, {
    isMade: false,
    act: (database) => database.tokens.revoke(tokenId),
  });
  if (!isKnown) {
    throw new CliError("nothing_found", `token revoke: there is no token ${JSON.stringify(tokenId)}`);
  }
  surroundings.note(`token ${tokenId} is revoked; whoever is connected by it is cut within seconds`);
  return 0;
}

function wanted(values: FlagValues): {
  role: Role;
  runId: string | undefined;
  expiresAt: number | undefined;
} {
  const role = values.text("role");
  if (!ROLES.includes(role as Role)) {
    throw usage(`--role: expected ${ROLES.join(" or ")}, received ${JSON.stringify(role ?? "nothing")}`);
  }
  const days = values.number("expires", 1, MAX_DAYS);
  const expiresAt = days === undefined ? undefined : Date.now() + days * DAY_MS;
  return { role: role as Role, runId: values.text("run"), expiresAt };
}

function refuseText(flag: string, text: string | undefined): void {
  if (text === undefined || (text.length <= MAX_LABEL && !/\p{Cc}/u.test(text))) return;
  throw usage(`${flag}: expected at most ${MAX_LABEL} characters, none of them for control`);
}

function refuseOperands(action: string, [stray]: readonly string[]): void {
  if (stray === undefined) return;
  throw usage(`token ${action}: expected no operands, received ${JSON.stringify(stray)}`);
}

/** What only means something when a token is made. */
function refuseFlags(action: string, values: FlagValues): void {
  for (const flag of ["tokens", "role", "run", "project", "label", "expires"]) {
    if (values.text(flag) !== undefined)
      throw usage(`--${flag}: expected only for create, received ${action}`);
  }
}

function usage(message: string): CliError {
  return new CliError("usage", message);
}
