import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { knownHashes } from "../../../packages/trainer-core/src/data/partition/testing-partitions.js";
import { BROWSER_FLAGS, findBrowser } from "./find-browser.js";
import { bundlePage, servePage } from "./serve-page.js";

it("samples are dealt out to the same clients in Node and in a page", async () => {
  const bundle = await bundlePage(
    fileURLToPath(new URL("../../../packages/trainer-core", import.meta.url)),
    'import { partitionHashes } from "/src/data/partition/testing-partitions.ts"; globalThis.partitionHashes = partitionHashes;',
  );
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
  const pages = await servePage(bundle, {});
  try {
    const page = await browser.newPage();
    await page.goto(pages.address);
    await page.waitForFunction("window.partitionHashes", undefined, { timeout: 10_000 });
    expect(await page.evaluate("partitionHashes()")).toEqual(knownHashes);
  } finally {
    pages.close();
    await browser.close();
  }
});
