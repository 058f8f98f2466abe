import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BROWSER_FLAGS, findBrowser } from "./find-browser.js";
import { bundlePage, servePage } from "./serve-page.js";

interface Played {
  readonly kernels: "wasm" | "javascript";
  readonly bytes: Readonly<Record<string, string>>;
}

let browser: Browser;
let bundle: string;

beforeAll(async () => {
  bundle = await bundlePage(
    fileURLToPath(new URL("../../../packages/fl-strategy", import.meta.url)),
    'import { playedRounds } from "/src/testing/played-rounds.ts"; globalThis.playedRounds = playedRounds;',
  );
  browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
});

afterAll(async () => {
  await browser?.close();
});

async function playInBrowser(headers: Readonly<Record<string, string>>): Promise<Played> {
  const pages = await servePage(bundle, headers);
  try {
    const page = await browser.newPage();
    await page.goto(pages.address);
    await page.waitForFunction("window.playedRounds", undefined, { timeout: 10_000 });
    return (await page.evaluate("playedRounds()")) as Played;
  } finally {
    pages.close();
  }
}

it("every strategy gives the same bits in Node, in a page, and in a page that may not run WebAssembly", async () => {
  await import(`data:text/javascript,${encodeURIComponent(bundle)}`);
  const inNode = (globalThis as unknown as { playedRounds(): Played }).playedRounds();
  const inPage = await playInBrowser({});
  const inStrictPage = await playInBrowser({ "content-security-policy": "default-src 'self'" });
  expect([inNode, inPage, inStrictPage].map(({ kernels }) => kernels)).toEqual([
    "wasm",
    "wasm",
    "javascript",
  ]);
  const names = Object.keys(inNode.bytes);
  expect(names.length).toBeGreaterThan(15);
  const differing = (other: Played) => names.filter((name) => other.bytes[name] !== inNode.bytes[name]);
  expect([differing(inPage), differing(inStrictPage)]).toEqual([[], []]);
});
