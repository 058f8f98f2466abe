import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build, type Rollup } from "vite";

const ENTRY = "virtual:page";

/** A module for a browser, bundled: `script` is its source, and `/src/…` in it are files of the package at `root`. */
export async function bundlePage(root: string, script: string): Promise<string> {
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
    build: { write: false, rollupOptions: { input: ENTRY } },
  })) as Rollup.RollupOutput;
  return built.output[0].code;
}

/** Serves an empty page that loads the bundle, on a port of its own. */
export async function servePage(
  bundle: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly address: string; close(): void }> {
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.writeHead(200, { ...headers, "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? bundle : '<!doctype html><script type="module" src="/page.js"></script>');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, close: () => server.close() };
}
