// `npm start` and `npm test` on a machine with only Node and npm: installs the
// workspace with the pinned pnpm, then hands over to turbo, vitest or the server.
// No dependencies, because it runs before there are any.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const [task, ...args] = process.argv.slice(2);

const environment = {
  ...process.env,
  PATH: join(root, "node_modules", ".bin") + delimiter + (process.env.PATH ?? ""),
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};

const tasks = {
  async start() {
    await install();
    await turbo(["build"]);
    await node(["apps/server/dist/main.js", ...args]);
  },
  async test() {
    await install();
    await turbo(["typecheck", "build"]);
    await node(["node_modules/vitest/vitest.mjs", "run", ...args]);
  },
  async build() {
    await install();
    await turbo(["build", ...args]);
  },
  async check() {
    await install();
    await node(["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ...args]);
    await turbo(["typecheck"]);
  },
  async format() {
    await install();
    await node(["node_modules/@biomejs/biome/bin/biome", "check", "--write", ...args]);
  },
  // A plain `npm install` at the root cannot link a pnpm workspace: finish the job with pnpm.
  async postinstall() {
    if ((process.env.npm_config_user_agent ?? "").startsWith("npm/")) await install();
  },
};

requireNode();
const chosen = Object.hasOwn(tasks, task ?? "") ? tasks[task] : undefined;
if (!chosen) fail(`unknown task ${JSON.stringify(task)}; expected one of ${Object.keys(tasks).join(", ")}`);
await chosen();

function requireNode() {
  const minimum = manifest.engines.node.replace(">=", "").split(".").map(Number);
  const actual = process.versions.node.split(".").map(Number);
  const tooOld = actual[0] < minimum[0] || (actual[0] === minimum[0] && actual[1] < minimum[1]);
  if (tooOld) fail(`Node ${manifest.engines.node} is needed; this is ${process.versions.node}`);
}

async function install() {
  const version = manifest.packageManager.split("@").at(-1);
  const local = join(root, "node_modules", "pnpm");
  const installed =
    existsSync(join(local, "package.json")) &&
    JSON.parse(readFileSync(join(local, "package.json"), "utf8")).version === version;
  const flags = ["install", "--frozen-lockfile", "--prod=false", "--reporter=append-only", "--loglevel=warn"];
  if (installed) return node([join(local, "bin", "pnpm.cjs"), ...flags]);
  console.log("Installing (first run only) …");
  return run(process.platform === "win32" ? "npx.cmd" : "npx", ["--yes", `pnpm@${version}`, ...flags]);
}

function turbo(taskNames) {
  return node([
    "node_modules/turbo/bin/turbo",
    "run",
    ...taskNames,
    "--output-logs=errors-only",
    "--log-order=grouped",
  ]);
}

function node(nodeArgs) {
  return run(process.execPath, nodeArgs);
}

/** Runs a command in the workspace root; a failing command ends this process with the same exit code. */
function run(command, commandArgs) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, {
      cwd: root,
      env: environment,
      stdio: "inherit",
      shell: process.platform === "win32" && command.endsWith(".cmd"),
    });
    // Ctrl-C reaches the whole process group; the child decides when it is done.
    const onSignal = (signal) => child.kill(signal);
    const onInterrupt = () => {};
    process.on("SIGINT", onInterrupt).on("SIGTERM", onSignal).on("SIGHUP", onSignal);
    child.on("error", (error) => fail(`${command} could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      process.off("SIGINT", onInterrupt).off("SIGTERM", onSignal).off("SIGHUP", onSignal);
      if (code === 0) resolve();
      else process.exit(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

function fail(message) {
  console.error(`fedloom: ${message}`);
  process.exit(1);
}
