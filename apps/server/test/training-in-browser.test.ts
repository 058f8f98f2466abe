import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build, type Rollup } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trained, trainedUnknown } from "../../../packages/trainer-core/src/tfjs/testing-page.js";
import { BROWSER_FLAGS, findBrowser } from "./find-browser.js";

type Trained = Awaited<ReturnType<typeof trained>>;

const root = fileURLToPath(new URL("../../../packages/trainer-core", import.meta.url));
const ENTRY = "virtual:page";
const script = `import { trained, trainedUnknown } from "/src/tfjs/testing-page.ts";
Object.assign(globalThis, { trained, trainedUnknown });`;

let browser: Browser;
let pages: { readonly address: string; close(): void };

beforeAll(async () => {
  pages = await serve(await bundle());
  // Graphics by the processor: there need be no graphics card.
  const args = BROWSER_FLAGS.filter((flag) => flag !== "--disable-gpu").concat(
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-webgpu-adapter=swiftshader",
  );
  browser = await chromium.launch({ executablePath: await findBrowser(), args });
});

afterAll(async () => {
  await browser?.close();
  pages?.close();
});

/** One file, with what is loaded on demand inside: the page may only ask for that and the WASM backend's binary. */
async function bundle(): Promise<string> {
  const built = (await build({
    root,
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@fedloom/source", "browser", "import", "default"] },
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === ENTRY ? id : undefined),
        load: (id) => (id === ENTRY ? script : undefined),
      },
    ],
    build: {
      write: false,
      rollupOptions: { input: ENTRY, output: { codeSplitting: false } },
    },
  })) as Rollup.RollupOutput;
  return built.output[0].code;
}

async function serve(code: string): Promise<{ readonly address: string; close(): void }> {
  const backend = dirname(createRequire(join(root, "package.json")).resolve("@tensorflow/tfjs-backend-wasm"));
  const binary = await readFile(join(backend, "tfjs-backend-wasm-simd.wasm"));
  const files = new Map<string, readonly [type: string, content: string | Buffer]>([
    ["/", ["text/html", '<!doctype html><script type="module" src="/page.js"></script>']],
    ["/page.js", ["text/javascript", code]],
    ["/tfjs-backend-wasm-simd.wasm", ["application/wasm", binary]],
  ]);
  const server = createServer((request, response) => {
    const [type, content] = files.get(request.url ?? "") ?? ["text/plain", ""];
    // With these the page has shared memory, and the WASM backend would take its build with threads.
    response.writeHead(content === "" ? 404 : 200, {
      "content-type": type,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, close: () => server.close() };
}

async function open(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(pages.address);
  await page.waitForFunction("window.trained", undefined, { timeout: 30_000 });
  return page;
}

/** Length of the difference, as a share of the length of `b`. */
function difference(a: readonly number[], b: readonly number[]): number {
  const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(a.map((value, i) => value - (b[i] as number))) / square(b));
}

describe("training in a page", () => {
  it("a plan gives the same bits as in Node with the same instructions", async () => {
    const inNode = await trained("wasm");
    const page = await open();
    const inPage = (await page.evaluate('trained("wasm")')) as Trained;
    expect(inPage.engine).toMatch(/^wasm \(.*planned\)$/);
    // Relaxed SIMD rounds once where plain SIMD rounds twice; which of them runs depends on the version.
    if (inPage.engine === inNode.engine) expect(inPage.weights).toEqual(inNode.weights);
    expect(difference(inPage.weights, inNode.weights)).toBeLessThan(1e-5);
    expect(((await page.evaluate('trained("auto")')) as Trained).engine).toBe(inPage.engine);
    await page.close();
  });

  it("TensorFlow.js takes over on WASM for what no plan knows, without threads", async () => {
    const page = await open();
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    const inPage = (await page.evaluate("trainedUnknown()")) as Trained;
    const inNode = await trainedUnknown();
    expect(inPage.reason).toContain("through TensorFlow.js, since");
    expect(difference(inPage.weights, inNode.weights)).toBeLessThan(1e-5);
    await page.close();
  });

  it.each(["webgl", "webgpu"] as const)(
    "%s trains to the same weights, where it is offered",
    async (engine) => {
      const page = await open();
      const inNode = await trained("wasm");
      const inPage = (await page.evaluate(
        `trained("${engine}").catch((error) => ({ engine: String(error) }))`,
      )) as Trained;
      // A Chromium without the interface, or without a device behind it, must say so.
      if (inPage.weights === undefined) {
        expect(inPage.engine).toContain(`engine: expected ${engine} to work here, but`);
        expect(engine).toBe("webgpu");
      } else {
        expect(inPage.engine).toBe(`${engine} (TensorFlow.js)`);
        expect(difference(inPage.weights, inNode.weights)).toBeLessThan(1e-3);
        expect(inPage.loss).toBeCloseTo(inNode.loss, 3);
      }
      await page.close();
    },
  );
});
