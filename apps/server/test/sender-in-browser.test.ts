import { fileURLToPath } from "node:url";
import { type Relay, startRelay } from "@fedloom/relay";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BROWSER_FLAGS, findBrowser } from "./find-browser.js";
import { bundlePage, servePage } from "./serve-page.js";

const RUN_ID = "01JD0000000000000000000000";

let browser: Browser;
let context: BrowserContext;
let pages: Awaited<ReturnType<typeof servePage>>;
let relay: Relay | undefined;
const complaints: string[] = [];

beforeAll(async () => {
  pages = await servePage(
    await bundlePage(fileURLToPath(new URL("../../../packages/sender", import.meta.url)), PAGE),
  );
  browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
  context = await browser.newContext();
});

afterAll(async () => {
  await browser?.close();
  pages?.close();
  await relay?.close("over", 0);
});

/** What the test's page can do, in its own words: it is JavaScript for a browser, which this file is not. */
const PAGE = `
  import { MetricsSender, openIndexedDbSpools } from "/src/index.ts";
  window.openSender = async (url, runId, rounds) => {
    window.sender = new MetricsSender({ url, runId, spools: openIndexedDbSpools() });
    for (const round of rounds) sender.sendRoundStart({ round, totalRounds: 99, participatingClients: 1 });
    while (sender.counters.spooled < rounds.length) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  window.countSpooled = () => new Promise((resolve, reject) => {
    const opening = indexedDB.open("fedloom-spool");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const counting = opening.result.transaction("records").objectStore("records").count();
      counting.onsuccess = () => {
        opening.result.close();
        resolve(counting.result);
      };
    };
  });
`;

/** Opens a page with a sender that spools to IndexedDB and sends these rounds; answers when they are spooled. */
async function openPage(relayUrl: string, rounds: readonly number[]) {
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(pages.address);
  await page.waitForFunction("window.openSender", undefined, { timeout: 10_000 }).catch((cause) => {
    throw new Error(`the page has no sender: ${complaints.join("; ")}`, { cause });
  });
  await page.evaluate(`openSender(${JSON.stringify(relayUrl)}, "${RUN_ID}", ${JSON.stringify(rounds)})`);
  return page;
}

it("spools to IndexedDB: a page that is closed loses nothing, the next one sends it, a live one keeps its own", {
  timeout: 30_000,
}, async () => {
  // Spooled by a page that is still there at the end: not left over.
  const living = await openPage("ws://127.0.0.1:9", [10]);
  const first = await openPage("ws://127.0.0.1:9", [1, 2, 3]);
  await first.close();
  const started = await startRelay({ port: 0, flushMs: 1, allowedOrigins: [pages.address] });
  relay = started.relay;
  const url = `ws://127.0.0.1:${started.address.port}`;
  const second = await openPage(url, [4, 5]);
  const entries = () =>
    relay?.streams
      .get(RUN_ID)
      ?.after(0)
      .map(({ event }) => event) ?? [];
  await expect.poll(() => entries().length, { timeout: 10_000 }).toBe(5);
  expect(
    entries()
      .map(({ data }) => data.round)
      .sort(),
  ).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(entries().map(({ meta }) => meta?.source)).size).toBe(2);
  await expect.poll(() => second.evaluate("sender.counters.pending")).toBe(0);
  // What is acknowledged is deleted; what the living page has stays.
  await expect.poll(() => second.evaluate("countSpooled()"), { timeout: 5_000 }).toBe(1);
  await living.close();
});
