import { afterAll, beforeAll, expect, it } from "vitest";
import { untilState } from "../../server/test/start-built-server.js";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

let dashboard: Dashboard;
const ids: string[] = [];

beforeAll(async () => {
  dashboard = await openDashboard();
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

it("begins a first run with one press, and shows it live until it is over", async () => {
  const { page, server } = dashboard;
  await page.goto(server.url);
  await page.getByText("Nothing has been trained yet").waitFor();
  await page.getByRole("button", { name: "Start a first run" }).click();
  await page.waitForURL(/\/runs\/\w{26}$/);
  await page.getByText(/^Live/).first().waitFor();
  await page
    .getByTestId("run-state")
    .filter({ hasText: /completed/i })
    .waitFor({ timeout: 100_000 });
  ids.push(new URL(page.url()).pathname.split("/")[2] ?? "");
});

it("pauses a run, goes on with it, and stops it once that is confirmed", async () => {
  const { page, server } = dashboard;
  const body = JSON.stringify({ experiment_name: "long one", num_rounds: 500, tags: ["slow"] });
  const headers = { "content-type": "application/json" };
  const started = await fetch(`${server.url}/api/runs`, { method: "POST", headers, body });
  const { run_id: runId } = (await started.json()) as { run_id: string };
  ids.push(runId);
  await page.goto(`${server.url}/runs/${runId}`);
  const state = (word: RegExp) =>
    page.getByTestId("run-state").filter({ hasText: word }).waitFor({ timeout: 100_000 });
  await state(/running/i);
  await page.getByText(/Round [1-9]\d* of 500/).waitFor({ timeout: 100_000 });
  await page.getByRole("button", { name: "Pause" }).click();
  await state(/paused/i);
  await page.getByRole("button", { name: "Resume" }).click();
  await state(/running/i);
  await page.getByRole("button", { name: "Stop run" }).click();
  const question = page.getByRole("dialog");
  await question.getByRole("button", { name: "Let it run" }).click();
  await page.getByRole("button", { name: "Stop run" }).click();
  await question.getByRole("button", { name: "Stop run" }).click();
  await state(/stopped/i);
  await untilState(server, runId, "stopped");
});

it("finds runs by words, states and tags, which the address keeps", async () => {
  const { page, server } = dashboard;
  await page.goto(server.url);
  const names = () => page.getByRole("rowheader").allTextContents();
  await expect.poll(async () => (await names()).length).toBe(2);
  await page.keyboard.press("/");
  await page.keyboard.type("long");
  await expect.poll(names).toEqual([expect.stringContaining("long one")]);
  await page.reload();
  await expect.poll(names).toEqual([expect.stringContaining("long one")]);
  await page.getByRole("searchbox").fill("no run is called so");
  await expect.poll(async () => (await names()).length).toBe(0);
  await page.goto(`${server.url}/?state=completed`);
  await expect.poll(names).toEqual([expect.stringContaining("pneumonia")]);
});

it("renames a run, compares two and deletes one", async () => {
  const { page, server } = dashboard;
  await page.goto(server.url);
  await page.getByRole("button", { name: /Change name, tags and notes of long one/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("longer one");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "longer one" }).waitFor();

  await page.getByRole("checkbox", { name: "Choose all runs of this page" }).check();
  await page
    .getByRole("link", { name: /Compare/ })
    .last()
    .click();
  await page.waitForURL(/\/compare\?/);
  await page.getByRole("list", { name: "Compared runs" }).getByRole("link", { name: "longer one" }).waitFor();
  await page.getByRole("img", { name: /^Loss by (round|step)\. Latest: .*pneumonia/ }).waitFor();

  await page.goto(server.url);
  await page.getByRole("checkbox", { name: "Choose longer one" }).check();
  await page.getByRole("button", { name: "Delete" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Delete/ })
    .click();
  await expect.poll(() => page.getByRole("rowheader").count()).toBe(1);
  const gone = await fetch(`${server.url}/api/runs/${ids[1]}`);
  expect(gone.status).toBe(404);
});

it("had nothing to complain about", () => {
  expect(dashboard.complaints).toEqual([]);
});
