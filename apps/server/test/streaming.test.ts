import { openViewer } from "@fedloom/viewer/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type BuiltServer, startBuiltServer, untilState } from "./start-built-server.js";
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";

let folder: TemporaryFolder;
let server: BuiltServer;
let runId = "";

beforeAll(async () => {
  folder = await createTemporaryFolder();
  server = await startBuiltServer(folder.path, ["--rounds", "2", "--clients", "2"]);
  [, runId = ""] = await server.until(/\/runs\/(\w{26})/);
});

afterAll(async () => {
  await server.stop();
  await folder[Symbol.asyncDispose]();
});

function socketUrl(path: string): string {
  return `${server.url.replace("http", "ws")}${path}`;
}

describe("a server that streams", () => {
  it("has the flat form for simple pages, beginning with the mode, to the end", async () => {
    const page = new WebSocket(socketUrl("/ws/training-progress"));
    const types: string[] = [];
    const last = await new Promise<Record<string, unknown>>((resolve) => {
      page.on("message", (frame) => {
        const event = JSON.parse(frame.toString());
        types.push(event.type);
        if (event.type === "training_complete") resolve(event);
      });
    });
    page.terminate();
    expect(types[0]).toBe("training_mode");
    expect(last).toMatchObject({ run_id: runId, status: "completed", final_metrics: { total_rounds: 2 } });
  });

  it("gives a run from its start after a restart, when only the database has it", async () => {
    await untilState(server, runId, "completed");
    await server.stop();
    server = await startBuiltServer(folder.path, ["--no-run"]);
    const types: string[] = [];
    for await (const event of openViewer({ url: socketUrl("/ws/relay"), runId, from: "start" })) {
      types.push(event.type);
      if (event.type === "training_end") break;
    }
    expect([types[0], types[1], types.at(-1)]).toEqual(["training_mode", "training_start", "training_end"]);
    expect(types.filter((type) => type === "round_end")).toHaveLength(2);
  });

  it("counts for Prometheus", async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain("# TYPE fedloom_relay_events_accepted_total counter");
  });
});
