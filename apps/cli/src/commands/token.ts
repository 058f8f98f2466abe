import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { createToken, type Role } from "@fedloom/relay";
import type { Command } from "../command.js";
import { CliError } from "../errors.js";
import { ROLES, toTokenLine } from "../token-file.js";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A hundred years. */
const MAX_DAYS = 36_500;

export const token: Command = {
  name: "token",
  summary: "Makes a token and adds its hash to a token file. The token is shown once and kept nowhere.",
  operands: "create",
  maxOperands: 1,
  flags: {
    tokens: { help: "file of tokens; made when missing", type: "text" },
    role: { help: `${ROLES.join(", ")}`, type: "text" },
    run: { help: "the only run it is for", type: "text" },
    expires: { help: "days until it stops to work", type: "number" },
  },
  async run(values, [action], { print, note, workingDirectory }) {
    const [role, tokens] = [values.text("role"), values.text("tokens")];
    if (action !== "create")
      throw new CliError("usage", `token: expected create, received ${JSON.stringify(action ?? "")}`);
    if (!ROLES.includes(role as Role)) {
      throw new CliError(
        "usage",
        `--role: expected ${ROLES.join(" or ")}, received ${JSON.stringify(role ?? "nothing")}`,
      );
    }
    if (tokens === undefined) throw new CliError("usage", "--tokens: expected a file, received nothing");
    const file = resolve(workingDirectory, tokens);
    const days = values.number("expires", 1, MAX_DAYS);
    const made = createToken({ role: role as Role, runId: values.text("run") });
    const expiresAt = days === undefined ? undefined : Date.now() + days * DAY_MS;
    try {
      appendFileSync(file, toTokenLine({ ...made.record, expiresAt }), { mode: 0o600 });
    } catch (cause) {
      throw new CliError("token_file", `${file}: ${(cause as Error).message}`, { cause });
    }
    print(made.token);
    note(`its hash is in ${file}; restart the relay that reads it`);
    return 0;
  },
};
