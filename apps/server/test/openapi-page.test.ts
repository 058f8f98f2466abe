import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchDocument, operationsOf } from "./api-document.js";
import { BROWSER_FLAGS, findBrowser } from "./find-browser.js";
import { type BuiltServer, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

let folder: TemporaryFolder;
let server: BuiltServer;
let browser: Browser;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
  server = await startBuiltServer(folder.path, ["--no-run"]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

it("the page of the API shows every operation in a browser, and nothing of it is refused", async () => {
  const page = await browser.newPage({ locale: "en-US" });
  const complaints: string[] = [];
  const places = new Set<string>();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => places.add(new URL(request.url()).origin));
  await page.goto(`${server.url}/docs`);
  await page.getByText("/api/runs/{run_id}/metrics").first().waitFor();
  const operations = operationsOf(await fetchDocument(server.url));
  expect(await page.locator(".opblock").count()).toBeGreaterThanOrEqual(operations.length);
  expect(complaints).toEqual([]);
  expect([...places].filter((place) => place !== server.url && place !== "null")).toEqual([]);
});
