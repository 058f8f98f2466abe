import { afterAll, beforeAll, expect, it } from "vitest";
import { fillLargeRun, LARGE_RUN_ID } from "./fill-large-run.mjs";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await openDashboard();
  await fillLargeRun(dashboard.folder, 1_000, 1_000);
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

it("shows a stored run of 1,000 rounds and 1,000 clients without reading all that they said", async () => {
  const { page, server } = dashboard;
  let numBytes = 0;
  page.on("response", async (response) => {
    if (response.url().includes("/api/")) numBytes += (await response.body().catch(() => "")).length;
  });
  await page.goto(`${server.url}/runs/${LARGE_RUN_ID}`);
  await page.getByTestId("final-test-score").filter({ hasText: "0.980" }).waitFor();
  await page.getByRole("progressbar").first().waitFor();
  expect(await page.getByRole("progressbar").first().getAttribute("aria-valuenow")).toBe("1000");
  // The whole of it is 300 MB of events.
  expect(numBytes).toBeLessThan(5_000_000);
});

it("draws who did what, however far it is scrolled", async () => {
  const { page } = dashboard;
  await page.getByRole("link", { name: "Clients", exact: true }).click();
  const canvas = page.getByRole("region", { name: "Clients by round" }).locator("canvas").first();
  await canvas.waitFor();
  await expect.poll(() => numColours(), { timeout: 20_000 }).toBeGreaterThan(3);
  await page.getByRole("region", { name: "Clients by round" }).evaluate((box) => {
    box.scrollTop = box.scrollHeight;
    box.scrollLeft = box.scrollWidth;
  });
  await expect.poll(() => numColours(), { timeout: 20_000 }).toBeGreaterThan(3);

  function numColours(): Promise<number> {
    return canvas.evaluate((element: HTMLCanvasElement) => {
      const pixels = element.getContext("2d")?.getImageData(0, 0, element.width, element.height).data ?? [];
      const colours = new Set<number>();
      for (let at = 0; at < pixels.length; at += 4 * 97) {
        colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
      }
      return colours.size;
    });
  }
});

it("had nothing to complain about", () => {
  expect(dashboard.complaints).toEqual([]);
});
