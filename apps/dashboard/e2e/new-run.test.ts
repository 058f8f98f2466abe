import { afterAll, beforeAll, expect, it } from "vitest";
import { untilState } from "../../server/test/start-built-server.js";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await openDashboard();
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

it("shows who would hold which classes, and says beside the field what cannot work", async () => {
  const { page, server } = dashboard;
  await page.goto(`${server.url}/new`);
  await page.getByRole("heading", { name: "Clients", exact: true }).click();
  const picture = page.getByRole("img", { name: /clients?/i }).first();
  await picture.waitFor({ timeout: 30_000 });
  await page.getByLabel("Clients", { exact: true }).fill("0");
  await page.getByRole("button", { name: "Start run" }).click();
  await page
    .getByText(/Expected from 1 to 1,000, received 0/)
    .first()
    .waitFor();
  expect(await page.getByLabel("Clients", { exact: true }).getAttribute("aria-invalid")).toBe("true");
});

it("explains each strategy's options, which come from the server", async () => {
  const { page, server } = dashboard;
  await page.goto(`${server.url}/new`);
  await page.getByRole("button", { name: "Reset to defaults" }).click();
  await page.getByRole("heading", { name: "Strategy", exact: true }).click();
  const catalog = (await (await fetch(`${server.url}/api/catalog`)).json()) as {
    strategies: { name: string; title: string; options: { name: string; about: string }[] }[];
  };
  const fedAdam = catalog.strategies.find(({ name }) => name === "fedadam");
  await page.getByRole("combobox", { name: "Strategy" }).selectOption("fedadam");
  const beta = fedAdam?.options.find(({ name }) => name === "beta1");
  await page
    .getByText(beta?.about ?? "")
    .first()
    .waitFor();
});

it("trains on a table that was uploaded, and the same run starts from the copied command", async () => {
  const { page, server } = dashboard;
  await page.goto(`${server.url}/new`);
  await page.getByRole("button", { name: "Reset to defaults" }).click();
  await page.getByLabel("Experiment name").fill("from a table");
  await page.getByLabel("Rounds", { exact: true }).fill("2");
  await page.getByRole("button", { name: "Upload a file" }).click();
  const rows = Array.from({ length: 300 }, (_, i) => `${i % 7},${(i * 3) % 11},${i % 2 === 0 ? "x" : "y"}`);
  const table = Buffer.from(["a,b,label", ...rows].join("\n"));
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "t.csv", mimeType: "text/csv", buffer: table });
  await page.getByText("t.csv").first().waitFor();
  const code = page.getByRole("region", { name: "The run as curl" });
  await expect.poll(() => code.textContent()).toContain("data_path");
  const command = (await code.textContent()) ?? "";
  await page.getByRole("button", { name: "Start run" }).click();
  await page.waitForURL(/\/runs\/\w{26}$/);
  const runId = new URL(page.url()).pathname.split("/")[2] ?? "";
  await untilState(server, runId, "completed");

  const body = /--data-raw '([\s\S]*)'\s*$/.exec(command)?.[1]?.replaceAll(`'\\''`, "'") ?? "";
  const started = await fetch(`${server.url}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(started.status).toBe(201);
  const { run_id: again } = (await started.json()) as { run_id: string };
  const configOf = async (id: string) =>
    ((await (await fetch(`${server.url}/api/runs/${id}`)).json()) as { config: object }).config;
  expect(await configOf(again)).toEqual(await configOf(runId));
});

it("had nothing to complain about", () => {
  expect(dashboard.complaints.filter((text) => !text.includes("400 (Bad Request)"))).toEqual([]);
});
