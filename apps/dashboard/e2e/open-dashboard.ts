import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { BROWSER_FLAGS, findBrowser } from "../../server/test/find-browser.js";
import { type BuiltServer, startBuiltServer } from "../../server/test/start-built-server.js";
import { createTemporaryFolder } from "../../server/test/temporary-folder.js";

export interface Dashboard extends AsyncDisposable {
  /** Replaced by tests that start it anew. */
  server: BuiltServer;
  /** Where the server keeps its data. */
  readonly folder: string;
  readonly browser: Browser;
  readonly page: Page;
  /** What pages wrote to the console as errors, and threw. */
  readonly complaints: string[];
  /** Another page, of a context of its own. */
  openPage(options?: BrowserContextOptions): Promise<Page>;
}

/** The built server in a process of its own, without a first run, and a real browser before it. */
export async function openDashboard(args: readonly string[] = ["--no-run"]): Promise<Dashboard> {
  const folder = await createTemporaryFolder();
  const server = await startBuiltServer(folder.path, [...args]);
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
  const complaints: string[] = [];
  const openPage = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ locale: "en-US", ...options });
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    return page;
  };
  const dashboard: Dashboard = {
    server,
    folder: folder.path,
    browser,
    page: await openPage(),
    complaints,
    openPage,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await dashboard.server.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
  return dashboard;
}
