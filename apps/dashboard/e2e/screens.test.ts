import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PNEUMONIA_MNIST, untilState } from "../../server/test/start-built-server.js";
import { accessibilityFaults, overflowingElements } from "./judge-page.js";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

const SCREENS = {
  "the runs": "/",
  "a new run": "/new",
  "a comparison": "/compare?run=RUN&run=OTHER",
  "the machines": "/system",
  "the alerts": "/alerts",
  "the alerts' rules": "/alerts?view=rules",
  "the alerts' history": "/alerts?view=history",
  "the alerts' silences": "/alerts?view=silences",
  "the alerts' routes": "/alerts?view=routes",
  "a run": "/runs/RUN",
  "a run's clients": "/runs/RUN/clients",
  "a run's rounds": "/runs/RUN/rounds",
  "a run's predictions": "/runs/RUN/predictions",
  "a run's events": "/runs/RUN/events",
  "what a run is": "/runs/RUN/about",
  "a centralized run": "/runs/OTHER",
  "a centralized run's epochs": "/runs/OTHER/rounds",
  "a page that is not there": "/nothing",
};

const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "on a phone", colorScheme: "light", viewport: { width: 360, height: 740 } },
] as const;

let dashboard: Dashboard;
const runs: Record<string, string> = {};

beforeAll(async () => {
  dashboard = await openDashboard();
  const data = { data_path: PNEUMONIA_MNIST, num_clients: 3, seed: 7 };
  runs.RUN = await startRun({ ...data, num_rounds: 2, experiment_name: "three hospitals" });
  runs.OTHER = await startRun({ ...data, mode: "centralized", num_epochs: 2, experiment_name: "one place" });
  for (const id of Object.values(runs)) await untilState(dashboard.server, id, "completed");
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

describe.each(LOOKS)("every screen, $name", ({ colorScheme, viewport }) => {
  let page: Page;
  beforeAll(async () => {
    page = await dashboard.openPage({ colorScheme, viewport });
  });
  afterAll(() => page?.context().close());

  it.each(Object.entries(SCREENS))("%s can be used by everybody, and fits", async (_, path) => {
    const named = path.replace(/RUN|OTHER/g, (name) => runs[name] as string);
    await page.goto(dashboard.server.url + named);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.getByText(/^Loading/).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await overflowingElements(page)).toEqual([]);
  });
});

it("had nothing to complain about", () => {
  expect(dashboard.complaints).toEqual([]);
});

async function startRun(config: Record<string, unknown>): Promise<string> {
  const { num_clients, ...rest } = config;
  const body = config.mode === "centralized" ? rest : { ...rest, num_clients };
  const response = await fetch(`${dashboard.server.url}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.clone().text()).toBe(201);
  return ((await response.json()) as { run_id: string }).run_id;
}
