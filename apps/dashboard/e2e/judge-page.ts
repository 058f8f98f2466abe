import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let axeSource: Promise<string> | undefined;

/** What axe-core (WCAG 2.2, levels A and AA) finds wrong on a page, one line for each element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  axeSource ??= readFile(axeFile, "utf8");
  // Handed over by the debugger: the page's own policy lets in no script.
  await page.evaluate(await axeSource);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(where: Document, options: object): Promise<Found> };
    };
    interface Found {
      violations: { id: string; help: string; nodes: { target: string[]; html: string }[] }[];
    }
    const { violations } = await axe.run(document, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, html }) => `${id} (${help}): ${target.join(" ")} ${html.slice(0, 160)}`),
    );
  });
}

/** Elements that reach out of the window to the right, on a page that should not scroll sideways. */
export async function overflowingElements(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .slice(0, 5)
      .map((element) => element.outerHTML.slice(0, 160));
  });
}
