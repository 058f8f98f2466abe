import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import sparticuz from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** How it is started: as root, without a screen, and without services that reach out to the network. */
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-sync",
];

/** The path of a Chromium to test with; the error names what to do when there is none. */
export async function findBrowser(): Promise<string> {
  const named = process.env.FEDLOOM_BROWSER;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(
      `FEDLOOM_BROWSER: expected the path of a Chromium, received ${named}, which does not exist`,
    );
  }
  const candidates = [
    chromium.executablePath(),
    ...(process.env.PATH ?? "")
      .split(delimiter)
      .flatMap((folder) => SYSTEM_NAMES.map((name) => join(folder, name))),
    MAC_CHROME,
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found) return found;
  try {
    return await sparticuz.executablePath();
  } catch (cause) {
    throw new Error(
      "no browser for the tests: install Chromium or Chrome, or set FEDLOOM_BROWSER to the path of one",
      { cause },
    );
  }
}
