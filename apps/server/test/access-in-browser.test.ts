import { join } from "node:path";
import { openDatabase } from "@fedloom/db";
import { createToken, createTokenId } from "@fedloom/relay";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BROWSER_FLAGS, findBrowser } from "./find-browser.js";
import { type BuiltServer, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

let folder: TemporaryFolder;
let server: BuiltServer;
let browser: Browser;
let page: Page;
let complaints: string[];
const tokens: Record<string, { token: string; tokenId: string }> = {};

beforeAll(async () => {
  folder = await createTemporaryFolder();
  browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
  server = await startBuiltServer(folder.path, ["--require-tokens", "--no-run"]);
  // As `fedloom token` does beside a server that runs.
  await using database = await openDatabase({ dataDir: join(folder.path, "postgres") });
  for (const role of ["viewer", "publisher", "admin"] as const) {
    const { token, record } = createToken({ role });
    const tokenId = createTokenId();
    await database.tokens.create({ tokenId, role, hash: record.hash });
    tokens[role] = { token, tokenId };
  }
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  page = await browser.newPage({ locale: "en-US" });
  complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
});

afterEach(() => page.close());

/** Complaints less those of requests that were meant to be refused. */
function unexpected(): string[] {
  return complaints.filter((text) => !/status of (401|403)/.test(text));
}

async function enter(token: string): Promise<void> {
  await page.getByLabel("Token", { exact: true }).fill(token);
  await page.getByRole("button", { name: "Continue" }).click();
}

describe("a page of a server that asks for tokens", () => {
  it("asks for one, says when it is wrong, and shows the runs with a right one", async () => {
    await page.goto(server.url);
    await page.getByRole("heading", { name: "This server asks for a token" }).waitFor();
    await enter("fedloom_wrong");
    await page.getByText("The server does not know this token").waitFor();
    await enter(tokens.publisher?.token ?? "");
    await page.getByText("This token may not look at runs").waitFor();
    await enter("two words");
    await page.getByText("A token is one word").waitFor();
    await enter(tokens.viewer?.token ?? "");
    await page.getByRole("heading", { name: /runs/i }).waitFor();
    expect(page.url()).not.toContain("fedloom_");
    await page.reload();
    await page.getByRole("heading", { name: /runs/i }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "This server asks for a token" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "This server asks for a token" }).waitFor();
    expect(unexpected()).toEqual([]);
  });

  it("asks again when the token is revoked", async () => {
    await page.goto(server.url);
    await enter(tokens.viewer?.token ?? "");
    await page.getByRole("heading", { name: /runs/i }).waitFor();
    const response = await fetch(`${server.url}/api/tokens/${tokens.viewer?.tokenId}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${tokens.admin?.token}` },
    });
    expect(response.status).toBe(204);
    await page.getByText("The token is no longer valid.").waitFor();
    expect(unexpected()).toEqual([]);
  });

  it("shows the API's documentation under the same policy", async () => {
    await page.goto(`${server.url}/docs`);
    await page.getByText("Fedloom").first().waitFor();
    await page.locator(".opblock").first().waitFor();
    expect(unexpected()).toEqual([]);
  });
});
