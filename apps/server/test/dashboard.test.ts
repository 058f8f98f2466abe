import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROWSER_FLAGS, findBrowser } from "./find-browser.js";
import { type BuiltServer, PNEUMONIA_MNIST, startBuiltServer } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

let folder: TemporaryFolder;
let server: BuiltServer;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await createTemporaryFolder();
  browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
  server = await startBuiltServer(folder.path, ["--data", PNEUMONIA_MNIST]);
  page = await browser.newPage({ locale: "en-US" });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

describe("the dashboard in a browser", () => {
  it("shows the first run live until it is over, then its final test metrics", async () => {
    const [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
    await page.goto(server.url);
    await page.getByRole("link", { name: "pneumonia" }).first().click();
    await page.waitForURL(`**/runs/${runId}`);
    await page
      .getByTestId("run-state")
      .filter({ hasText: /completed/i })
      .waitFor({ timeout: 60_000 });
    const shown = await page.getByTestId("final-test-score").textContent();
    const response = await fetch(`${server.url}/api/runs/${runId}/metrics`);
    const { final_metrics } = (await response.json()) as { final_metrics: { test_auroc: number } };
    expect(shown).toContain(final_metrics.test_auroc.toFixed(3));
    expect(await page.locator("figure[role=img]").count()).toBeGreaterThan(0);
  });

  it("shows a stored run the same after a reload", async () => {
    const before = await page.getByTestId("final-test-score").textContent();
    await page.reload();
    await page.getByTestId("final-test-score").waitFor();
    expect(await page.getByTestId("final-test-score").textContent()).toBe(before);
  });

  it("says beside the field what is wrong with a new run", async () => {
    await page.goto(server.url);
    await page.getByRole("link", { name: "New run" }).first().click();
    await page.getByRole("button", { name: "On the server" }).click();
    await page.getByLabel("Path of a data set").fill("/nowhere.npz");
    await page.getByRole("button", { name: /start/i }).click();
    await page.getByText("expected a readable file").waitFor();
  });

  it("had nothing to complain about", () => {
    const unexpected = complaints.filter((text) => !text.includes("400 (Bad Request)"));
    expect(unexpected).toEqual([]);
  });
});
