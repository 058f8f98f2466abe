// A page with nothing but the dashboard's chart, and a function that times its updates.
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const DASHBOARD = fileURLToPath(new URL("../../apps/dashboard", import.meta.url));
const ENTRY = "virtual:chart";
const SCRIPT = `
import "/src/app.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import { LineChart } from "/src/charts/line-chart.tsx";

const container = document.body.appendChild(document.createElement("div"));
const root = createRoot(container);
const format = (value) => (value === undefined ? "-" : value.toFixed(3));

globalThis.measureChart = async (numLines, numPoints, numUpdates) => {
  const x = Array.from({ length: numPoints }, (_, index) => index + 1);
  const linesOf = (turn) =>
    Array.from({ length: numLines }, (_, line) => ({
      key: "line " + line,
      label: "line " + line,
      colour: "series-" + (1 + (line % 8)),
      x,
      y: x.map((at) => Math.sin(at / 5000 + line + turn / 10) + Math.random() / 10),
    }));
  const show = (lines) =>
    flushSync(() =>
      root.render(createElement(LineChart, { title: "Loss", x: "step", yLabel: "loss", format, lines, empty: "" })),
    );
  show(linesOf(0));
  await new Promise((done) => setTimeout(done, 1000));
  const canvas = container.querySelector("canvas");
  const times = [];
  const wait = globalThis.requestAnimationFrame;
  for (let turn = 1; turn <= numUpdates; turn++) {
    const lines = linesOf(turn);
    await new Promise(wait);
    // What the chart puts off to the next frame is done at once, so that no waiting for the screen is counted.
    const frame = [];
    globalThis.requestAnimationFrame = (callback) => frame.push(callback);
    const before = performance.now();
    show(lines);
    for (const callback of frame) callback(before);
    // Reading a pixel makes the browser finish what was drawn.
    canvas.getContext("2d").getImageData(0, 0, 1, 1);
    times.push(performance.now() - before);
    globalThis.requestAnimationFrame = wait;
    if (frame.length === 0) throw new Error("the chart did not draw");
  }
  return times;
};
`;

/** Bundles the page and serves it on a port of its own. */
export async function serveChartPage() {
  const { output } = await build({
    root: DASHBOARD,
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
    resolve: { conditions: ["@fedloom/source", "browser", "import", "default"] },
    plugins: [
      (await import("@tailwindcss/vite")).default(),
      {
        name: "page",
        resolveId: (id) => (id === ENTRY ? `${DASHBOARD}/chart.js` : undefined),
        load: (id) => (id === `${DASHBOARD}/chart.js` ? SCRIPT : undefined),
      },
    ],
    build: { write: false, rollupOptions: { input: ENTRY } },
  });
  const script = output.find(({ type }) => type === "chunk").code;
  const style = output.find(({ fileName }) => fileName.endsWith(".css"))?.source ?? "";
  const html = `<!doctype html><html lang="en"><style>${style}</style><body><script type="module" src="/page.js"></script></body></html>`;
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? script : html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
