import { createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PNEUMONIA_MNIST, startBuiltServer } from "../../server/test/start-built-server.js";
import { type Dashboard, openDashboard } from "./open-dashboard.js";

const ROUNDS = 12;

let dashboard: Dashboard;
let ports: string[];

beforeAll(async () => {
  ports = ["--port", `${await freePort()}`, "--relay-port", `${await freePort()}`];
  dashboard = await openDashboard([...ports, "--data", PNEUMONIA_MNIST, "--rounds", `${ROUNDS}`]);
});
afterAll(() => dashboard?.[Symbol.asyncDispose]());

it("goes on by itself when the server is killed in mid-run and started again, without losing a point", async () => {
  const { page, server, folder } = dashboard;
  const [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
  await page.goto(`${server.url}/runs/${runId}`);
  const progress = page.getByRole("progressbar").first();
  const numDone = async () => Number(await progress.getAttribute("aria-valuenow"));
  await expect.poll(numDone, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);

  await server.stop("SIGKILL");
  await page
    .getByText(/Reconnecting/)
    .first()
    .waitFor();
  // The page is left alone: nothing is clicked, nothing is loaded again.
  dashboard.server = await startBuiltServer(folder, [...ports, "--no-run"]);
  await page.getByText(/^Live/).first().waitFor({ timeout: 60_000 });
  await page
    .getByTestId("run-state")
    .filter({ hasText: /completed/i })
    .waitFor({ timeout: 100_000 });
  // What came with the end is read after the record says that the run is over.
  await expect.poll(numDone, { timeout: 20_000 }).toBe(ROUNDS);

  const loss = page.getByRole("region", { name: "Loss" });
  await loss.getByRole("button", { name: /as table/ }).click();
  const cells = await loss.getByRole("row").allInnerTexts();
  const rounds = cells.map((row) => Number.parseInt(row, 10)).filter((round) => round > 0);
  expect(rounds.sort((a, b) => a - b)).toEqual(Array.from({ length: ROUNDS }, (_, index) => index + 1));
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
