// Takes the pictures of docs/images: every screen with real runs on PneumoniaMNIST, light and dark, and the live run on a
// phone. Needs a built repository: `pnpm --filter @fedloom/dashboard screenshots`.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const IMAGES = join(ROOT, "docs/images");
const DATA = join(
  process.env.FEDLOOM_DATA ?? join(ROOT, "../shared/data"),
  "pneumoniamnist/pneumoniamnist.npz",
);
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
const THEMES = ["light", "dark"];

const folder = await mkdtemp(join(tmpdir(), "fedloom-screenshots-"));
// PostgreSQL may run as another user than this.
await chmod(folder, 0o755);
const { server, url } = await startServer();
const executablePath = [process.env.FEDLOOM_BROWSER, chromium.executablePath(), "/usr/bin/chromium"].find(
  (path) => path && existsSync(path),
);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  await takeAll();
} finally {
  await browser.close();
  server.kill("SIGINT");
  await new Promise((resolve) => server.once("exit", resolve));
  await rm(folder, { recursive: true, force: true });
}

async function takeAll() {
  const common = { data_path: basename(DATA), seed: 3, tags: ["pneumonia"] };
  const centralized = await train({
    ...common,
    mode: "centralized",
    experiment_name: "one hospital has it all",
    num_epochs: 8,
  });
  const adam = await train({
    ...common,
    experiment_name: "five hospitals, FedAdam",
    strategy: "fedadam",
    num_rounds: 8,
  });
  const privately = await train({
    ...common,
    experiment_name: "with privacy",
    num_clients: 20,
    num_rounds: 8,
    tags: ["pneumonia", "privacy"],
    strategy_options: { weighting: "uniform" },
    hooks: [{ name: "central-privacy", options: { clip_norm: 1, noise_multiplier: 1.5 } }],
  });
  const main = await start({
    ...common,
    experiment_name: "five hospitals",
    num_rounds: 12,
    local_epochs: 2,
    dirichlet_alpha: 0.3,
  });
  await untilStep(main, 6);
  await Promise.all([
    ...THEMES.map((theme) => take(`live-run-${theme}`, `/runs/${main}`, { theme })),
    take("live-run-phone", `/runs/${main}`, { theme: "light", viewport: PHONE }),
  ]);
  await untilOver(main);
  const screens = {
    runs: "/",
    compare: `/compare?run=${main}&run=${adam}&run=${centralized}`,
    "new-run": "/new",
    clients: `/runs/${main}/clients`,
    rounds: `/runs/${privately}/rounds`,
    predictions: `/runs/${main}/predictions`,
    events: `/runs/${main}/events`,
    about: `/runs/${main}/about`,
    system: "/system",
    alerts: "/alerts?view=rules",
  };
  for (const [name, path] of Object.entries(screens)) {
    for (const theme of THEMES) await take(`${name}-${theme}`, path, { theme });
  }
}

async function take(name, path, { theme, viewport = DESK }) {
  const context = await browser.newContext({ locale: "en-US", colorScheme: theme, viewport });
  const page = await context.newPage();
  await page.goto(url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForFunction(() => !document.body.textContent.includes("Loading"));
  // Charts and pictures are drawn a few frames after their data came.
  await page.waitForTimeout(2_500);
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  await context.close();
  console.log(name);
}

async function startServer() {
  const main = join(ROOT, "apps/server/dist/main.js");
  const child = spawn(
    process.execPath,
    [
      main,
      "--port",
      "0",
      "--relay-port",
      "0",
      "--no-run",
      "--data-dir",
      folder,
      "--progress-dir",
      join(folder, "progress"),
    ],
    {
      // So that runs name their data without a folder.
      cwd: dirname(DATA),
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, DATABASE_URL: "", FEDLOOM_HOST_NAME: "training-server" },
    },
  );
  let output = "";
  const address = await new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      const found = /dashboard +(http\S+)/.exec(output);
      if (found) resolve(found[1]);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
  return { server: child, url: address };
}

async function start(config) {
  const response = await fetch(`${url}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(config),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer.run_id;
}

async function train(config) {
  const runId = await start(config);
  await untilOver(runId);
  return runId;
}

async function untilOver(runId) {
  await until(runId, ({ state }) => ["completed", "stopped", "failed"].includes(state));
}

async function untilStep(runId, step) {
  await until(runId, (run) => run.step >= step);
}

async function until(runId, isThere) {
  for (;;) {
    const run = await (await fetch(`${url}/api/runs/${runId}`)).json();
    if (isThere(run)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
