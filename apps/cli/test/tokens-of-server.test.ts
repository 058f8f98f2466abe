import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase } from "@fedloom/db";
import { createTokenCheck, hashToken } from "@fedloom/relay";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTokenFile } from "../src/token-file.js";
import { RUN_ID, Stage } from "./stage.js";
import { startCli } from "./start-cli.js";

const stage = new Stage();
let folder: string;
/** As a running server holds it. */
let database: Database;

beforeAll(async () => {
  folder = await stage.folder();
  database = stage.own(await openDatabase({ dataDir: join(folder, "postgres") }), (each) => each.close());
  const rest = { config: {}, seed: 1, tags: [], notes: "", totalSteps: 1 };
  const run = { runId: RUN_ID, project: "default", experimentName: "x", mode: "federated" } as const;
  await database.runs.create({ ...run, ...rest });
}, 60_000);

afterAll(() => stage.end());

async function run(...args: string[]) {
  const cli = startCli(["token", ...args], { DATABASE_URL: "", FEDLOOM_DATA_DIR: folder });
  const code = await cli.exited;
  const output = cli.output();
  return { code, output, token: output.match(/^fedloom_\S+$/m)?.[0] ?? "" };
}

describe("fedloom token, of a server that runs", () => {
  it("makes one that is good at once", async () => {
    const made = await run(
      "create",
      "--role",
      "viewer",
      "--run",
      RUN_ID,
      "--label",
      "ward 3",
      "--expires",
      "1",
    );
    expect(made.code).toBe(0);
    expect(made.output).toContain("its hash is in PostgreSQL");
    const found = await database.tokens.findByHash(hashToken(made.token));
    expect(found).toMatchObject({ role: "viewer", runId: RUN_ID, label: "ward 3" });
    const hoursLeft = (Date.parse(found?.expiresAt ?? "") - Date.now()) / 3_600_000;
    expect(hoursLeft).toBeGreaterThan(23.9);
    expect(hoursLeft).toBeLessThan(24.1);
  });

  it("lists and revokes them, and never shows one again", async () => {
    const made = await run("create", "--role", "admin", "--project", "lungs", "--label", "\u001b[31mred");
    expect(made.code).toBe(2);
    const second = await run("create", "--role", "admin", "--project", "lungs", "--label", "night shift");
    const [tokenId = ""] = second.output.match(/[0-9a-f]{12}/) ?? [];
    const listed = await run("list");
    expect(listed.code).toBe(0);
    expect(listed.output).toMatch(new RegExp(`^${tokenId} +admin +project lungs +valid .*night shift$`, "m"));
    expect(listed.output).not.toContain(second.token);
    expect(await database.tokens.hasValid("admin")).toBe(true);
    expect((await run("revoke", tokenId)).code).toBe(0);
    expect(await database.tokens.findByHash(hashToken(second.token))).toBeUndefined();
    expect((await run("list")).output).toMatch(
      new RegExp(`^${tokenId} +admin +project lungs +revoked `, "m"),
    );
    expect(await run("revoke", "nothing")).toMatchObject({
      code: 1,
      output: 'fedloom: token revoke: there is no token "nothing"\n',
    });
  });

  it.each([
    [[], "token: expected create or list or revoke"],
    [["remove"], 'token: expected create or list or revoke, received "remove"'],
    [["create"], "--role: expected viewer or publisher or client or admin"],
    [["create", "--role", "viewer", "--run", "x"], '--run: expected a run of this database, received "x"'],
    [["create", "--role", "viewer", "--expires", "0"], "--expires: expected a whole number from 1 to 36500"],
    [["create", "--role", "viewer", "--run", "x", "--project", "y"], "--project: expected none beside --run"],
    [["create", "x", "--role", "viewer"], 'token create: expected no operands, received "x"'],
    [
      ["create", "--role", "viewer", "--tokens", "t", "--label", "x"],
      "--label: expected a server's database",
    ],
    [["list", "--role", "viewer"], "--role: expected only for create, received list"],
    [["revoke"], "token revoke: expected the ID of a token, received nothing"],
  ])("refuses %j", async (args, text) => {
    const { code, output } = await run(...args);
    expect(output).toContain(text);
    expect(code).toBe(2);
  });

  it("makes no database where there is nothing to list", async () => {
    const empty = join(folder, "empty");
    const { code, output } = await run("list", "--data-dir", empty);
    expect(output).toContain("--data-dir: expected a server's data folder, received one without a database");
    expect(code).toBe(2);
    expect(existsSync(empty)).toBe(false);
  });

  it("says what is wrong with DATABASE_URL, without its password", async () => {
    const url = "postgres://me:secret@127.0.0.1:1/x";
    const cli = startCli(["token", "list"], { DATABASE_URL: url });
    expect(await cli.exited).toBe(1);
    expect(cli.output()).toContain("fedloom: cannot reach PostgreSQL at 127.0.0.1:1/x");
    expect(cli.output()).not.toContain("secret");
    expect(cli.output()).not.toContain("    at ");
  });

  it("writes a file for a relay alone", async () => {
    const file = join(folder, "tokens");
    const made = await run("create", "--role", "publisher", "--run", "any", "--tokens", file);
    expect(made.code).toBe(0);
    const check = createTokenCheck(readTokenFile(file));
    expect(await check(made.token)).toMatchObject({ role: "publisher", runId: "any" });
  });
});
