import { afterAll, beforeAll, expect, it } from "vitest";
import { PNEUMONIA_MNIST, untilState } from "../../server/test/start-built-server.js";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

let dashboard: Dashboard;
let runId: string;

beforeAll(async () => {
  dashboard = await openDashboard(["--data", PNEUMONIA_MNIST, "--rounds", "2"]);
  [, runId = ""] = await dashboard.server.until(/\/runs\/(\w{26})/);
  await untilState(dashboard.server, runId, "completed");
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

it("shows the worst mistakes first, with what the model saw in them", async () => {
  const { page, server } = dashboard;
  await page.goto(`${server.url}/runs/${runId}/predictions`);
  const samples = page.getByRole("button", { name: /^Sample \d+/ });
  await samples.first().waitFor({ timeout: 60_000 });
  const names = await samples.evaluateAll((cards) => cards.map((card) => card.textContent ?? ""));
  const losses = names.map((text) => Number(/loss ([\d.]+)/.exec(text)?.[1]));
  expect(losses).toEqual(losses.toSorted((one, other) => other - one));
  expect(losses.length).toBeGreaterThan(10);
  const isColoured = await samples
    .first()
    .locator("canvas")
    .nth(1)
    .evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return pixels.some((value, at) => at % 4 === 0 && Math.abs(value - (pixels[at + 2] ?? 0)) > 30);
    });
  expect(isColoured).toBe(true);
});

it("shows the samples of a cell of the confusion matrix, and one of them large", async () => {
  const { page } = dashboard;
  const matrix = page.getByRole("region", { name: "Confusion matrix" });
  const cell = matrix.getByRole("button").nth(1);
  const count = Number(await cell.evaluate((button) => button.firstElementChild?.textContent));
  await cell.click();
  await page.getByRole("heading", { name: new RegExp(`^${count} samples?`) }).waitFor();
  expect(page.url()).toMatch(/label=0.*predicted=1|predicted=1.*label=0/);
  await page
    .getByRole("button", { name: /^Sample \d+/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  const title = await dialog.getByRole("heading").first().textContent();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => dialog.getByRole("heading").first().textContent()).not.toBe(title);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
});

it("had nothing to complain about", () => {
  expect(dashboard.complaints).toEqual([]);
});
