import { afterAll, beforeAll, expect, it } from "vitest";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await openDashboard();
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

it("shows how each machine is, as it happens", async () => {
  const { page, server } = dashboard;
  await page.goto(`${server.url}/system`);
  await page.getByText(/as it happens/).waitFor();
  await page.getByRole("meter", { name: "Memory" }).first().waitFor();
  await page.getByRole("img", { name: /^CPU by time\. Latest/ }).waitFor();
  // Beside the push nothing of the history is asked for again.
  let numAsked = 0;
  page.on("request", (request) => {
    if (/\/api\/metrics\//.test(request.url())) numAsked += 1;
  });
  const heard = page.getByRole("article").first();
  const before = await heard.textContent();
  await expect.poll(() => heard.textContent(), { timeout: 30_000 }).not.toBe(before);
  expect(numAsked).toBe(0);
});

it("makes a rule, shows its alert everywhere, and silences it", async () => {
  const { page, server } = dashboard;
  await page.goto(`${server.url}/alerts?view=rules`);
  await page.getByRole("button", { name: "Add a rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("[name=name]").fill("Memory in use");
  await dialog.locator("[name=of]").selectOption("host");
  await dialog.locator("[name=metric]").selectOption("memory_percent");
  await dialog.locator("[name=value]").fill("0.1");
  await dialog.getByRole("button", { name: "Add rule" }).click();
  await page.getByText("Memory in use").first().waitFor();
  await page.getByRole("link", { name: "Firing now" }).click();
  await page.getByText("Memory in use").first().waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: /Alerts 1 firing/ }).waitFor();

  await page
    .getByRole("button", { name: /Silence/ })
    .first()
    .click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Silence|Save|Add/ })
    .last()
    .click();
  await page.getByRole("link", { name: "Silences" }).click();
  await page.getByRole("button", { name: /End/ }).first().waitFor();
});

it("sends a test alert", async () => {
  const { page, server } = dashboard;
  await page.goto(`${server.url}/alerts`);
  await page.getByRole("button", { name: "Send a test alert" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /Send/ }).last().click();
  await expect.poll(() => page.getByRole("link", { name: /Alerts 2 firing/ }).count()).toBe(1);
});

it("had nothing to complain about", () => {
  expect(dashboard.complaints).toEqual([]);
});
