import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DbError } from "./errors.js";
import { type Database, openDatabase } from "./open-database.js";
import { createTestFolder, RUN } from "./testing-database.js";

let folder: Awaited<ReturnType<typeof createTestFolder>>;
let database: Database;

beforeAll(async () => {
  folder = await createTestFolder();
  database = await openDatabase({ dataDir: `${folder.path}/postgres` });
}, 60_000);

afterAll(async () => {
  await database?.close();
  await folder?.[Symbol.asyncDispose]();
});

describe("openDatabase", () => {
  it.each([
    ["no url at all", "url_invalid", "received something that is not a URL"],
    ["mysql://u:secret@h/db", "url_invalid", "received one that starts with mysql:"],
    ["postgres://u:secret@127.0.0.1:1/db", "unreachable", "cannot reach PostgreSQL at 127.0.0.1:1/db"],
  ])("refuses %s in one sentence, without the password", async (url, code, message) => {
    const error = await openDatabase({ url }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DbError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(String(error)).not.toContain("secret");
  });

  it("names itself", () => {
    expect(database.name).toMatch(/^PostgreSQL \d+ of this project, in .*postgres$/);
  });

  it("leaves unknown runs to the first event", async () => {
    expect(await database.runs.get(RUN)).toBeUndefined();
  });
});
