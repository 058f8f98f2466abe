import { createMetricsSender } from "@fedloom/sender/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults } from "./judge-page.js";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

const CLIENT = `<img src=x onerror="document.title='taken'">`;
const METRIC = "<script>document.title='taken'</script>";
const EXPERIMENT = `"><svg onload="document.title='taken'"> \u202eevil`;
const ERROR = "javascript:alert(1) <b>bold</b> {{7*7}}";

let dashboard: Dashboard;
let runId: string;

beforeAll(async () => {
  dashboard = await openDashboard();
  const sender = createMetricsSender({
    url: dashboard.server.relayUrl,
    progressFile: { directory: `${dashboard.folder}/published` },
  });
  runId = sender.runId;
  sender.sendTrainingMode({ isFederated: true, numRounds: 1, numClients: 1 });
  sender.sendTrainingStart({ experimentName: EXPERIMENT, trainingMode: "federated", strategy: METRIC });
  const place = { round: 1, totalRounds: 1 };
  sender.sendRoundStart({ ...place, participatingClients: 1, clientIds: [CLIENT] });
  sender.sendClientComplete({
    round: 1,
    clientId: CLIENT,
    numSamples: 3,
    metrics: { [METRIC]: 1, train_loss: 2 },
    durationMs: 5,
    bytesUp: 1,
    bytesDown: 1,
    status: "rejected",
    error: ERROR,
  });
  sender.sendMetrics({ round: 1, metrics: { [METRIC]: 0.5, [`hooks/${CLIENT}/verdict`]: 1 } });
  sender.sendMetrics({ round: 1, phase: "val", metrics: { "confusion/0/1": 3, "confusion/__proto__/1": 4 } });
  sender.sendRoundEnd({ ...place, fitMetrics: { [METRIC]: 1 }, evalMetrics: {}, durationMs: 7 });
  sender.sendRoundMetrics({ ...place, metrics: { loss: Number.NaN, [METRIC]: 0.25 } });
  sender.sendError({ error: ERROR, errorType: "training_error", clientId: CLIENT, fatal: false });
  expect(await sender.close(20_000)).toBe(true);
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

describe("names that try to be more than text", () => {
  it.each(["", "/clients?round=1", "/rounds", "/predictions", "/events", "/about"])(
    "are text on a run's page%s",
    async (part) => {
      const { page, server } = dashboard;
      await page.goto(`${server.url}/runs/${runId}${part}`);
      await page.getByRole("heading", { level: 1 }).filter({ hasText: "onload" }).waitFor();
      await expectOnlyText();
    },
  );

  it.each(["/", "/compare?run=RUN", "/alerts"])("are text on %s", async (path) => {
    const { page, server } = dashboard;
    await page.goto(server.url + path.replace("RUN", runId));
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (path !== "/alerts") await page.getByText("onload").first().waitFor();
    await expectOnlyText();
  });

  it("are shown where they belong", async () => {
    const { page, server } = dashboard;
    await page.goto(`${server.url}/runs/${runId}/clients?round=1`);
    await page.getByText(CLIENT).first().waitFor();
    await page.getByText(ERROR).first().waitFor();
  });

  it("had nothing to complain about", () => {
    expect(dashboard.complaints).toEqual([]);
  });
});

async function expectOnlyText(): Promise<void> {
  const { page } = dashboard;
  await page.waitForLoadState("networkidle");
  expect(await page.title()).not.toBe("taken");
  expect(
    await page.locator('main [onerror], main [onload], main script, main b:text-is("bold")').count(),
  ).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
}
