import { afterAll, beforeAll, expect, it } from "vitest";
import { PNEUMONIA_MNIST } from "../../server/test/start-built-server.js";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

let dashboard: Dashboard;
let runId: string;

beforeAll(async () => {
  dashboard = await openDashboard(["--data", PNEUMONIA_MNIST, "--rounds", "12"]);
  [, runId = ""] = await dashboard.server.until(/\/runs\/(\w{26})/);
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

it("shows a run live where a proxy lets no socket through", async () => {
  const page = await dashboard.openPage();
  await page.routeWebSocket(/\/ws\//, (socket) => void socket.close({ code: 1011 }));
  await page.goto(`${dashboard.server.url}/runs/${runId}`);
  await page.getByText("Live over HTTP").first().waitFor({ timeout: 60_000 });
  const progress = page.getByRole("progressbar").first();
  const before = Number(await progress.getAttribute("aria-valuenow"));
  await expect
    .poll(async () => Number(await progress.getAttribute("aria-valuenow")), { timeout: 60_000 })
    .toBeGreaterThan(before);
});

it("asks again and again where nothing may stay open", async () => {
  const page = await dashboard.openPage();
  await page.routeWebSocket(/\/ws\//, (socket) => void socket.close({ code: 1011 }));
  await page.route(
    (url) => url.pathname.endsWith("/events"),
    (route) => {
      const wantsStream = route.request().headers().accept?.includes("event-stream");
      return wantsStream ? route.fulfill({ status: 502, body: "no" }) : route.continue();
    },
  );
  await page.goto(`${dashboard.server.url}/runs/${runId}`);
  await page
    .getByText(/^Asked every/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page
    .getByTestId("run-state")
    .filter({ hasText: /completed/i })
    .waitFor({ timeout: 100_000 });
  // The last answers are read after the record says that the run is over.
  await expect
    .poll(() => page.getByRole("progressbar").first().getAttribute("aria-valuenow"), { timeout: 20_000 })
    .toBe("12");
});
