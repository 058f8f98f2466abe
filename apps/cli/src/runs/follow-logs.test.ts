import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type LogOptions, printLogs } from "./follow-logs.js";
import { createServerApi } from "./server-api.js";

const RUN_ID = "01JD0000000000000000000000";
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const RUN = {
  run_id: RUN_ID,
  project: "default",
  experiment_name: "e",
  mode: "federated",
  is_managed: true,
  config: {},
  tags: [],
  notes: "",
  attempt: 1,
  step: 0,
  created_at: "2026-11-20T10:32:00.000Z",
};

interface Said {
  state: string;
  messages: string[];
}

/** A server whose run has said this, at each look; pages have two lines. */
async function serverOf(looks: readonly (Said | "cut")[]) {
  let look = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    const now = looks[Math.min(look, looks.length - 1)];
    if (now === undefined || now === "cut") {
      look += 1;
      return request.socket.destroy();
    }
    if (!url.pathname.endsWith("/logs")) return response.end(JSON.stringify({ ...RUN, state: now.state }));
    const after = Number(url.searchParams.get("after"));
    const logs = now.messages
      .map((message, index) => ({
        position: index + 1,
        timestamp: "2026-11-20T10:32:01.123Z",
        level: "info",
        message,
      }))
      .filter(({ position }) => position > after);
    const page = logs.slice(0, 2);
    const next = logs.length > 2 ? page.at(-1)?.position : null;
    if (next === null) look += 1;
    response.end(JSON.stringify({ run_id: RUN_ID, logs: page, next }));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

async function read(looks: readonly (Said | "cut")[], more: Partial<LogOptions>) {
  const [lines, notes, { signal }] = [[] as string[], [] as string[], new AbortController()];
  const api = createServerApi({ server: await serverOf(looks), token: undefined, signal });
  const [print, note] = [(line: string) => lines.push(line), (line: string) => notes.push(line)];
  await printLogs(api, {
    runId: RUN_ID,
    follow: false,
    asJson: false,
    print,
    note,
    signal,
    pollMs: 1,
    ...more,
  });
  return { lines, notes };
}

describe("a run's log", () => {
  it("is printed page by page, safe for a terminal", async () => {
    const { lines } = await read([{ state: "running", messages: ["a", "b", "c\u001b[2J", "d", "e"] }], {});
    expect(lines).toEqual(["a", "b", "c\ufffd[2J", "d", "e"].map((text) => `10:32:01.123 info    ${text}`));
  });

  it("is followed until the run is over, over a server that is away for a while, each line once", async () => {
    const looks = [
      { state: "running", messages: ["a"] },
      { state: "running", messages: ["a", "b", "c", "d"] },
      "cut",
      "cut",
      { state: "completed", messages: ["a", "b", "c", "d", "e"] },
    ] as const;
    const { lines, notes } = await read(looks as never, { follow: true, asJson: true });
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(["a", "b", "c", "d", "e"]);
    expect(notes).toEqual([expect.stringMatching(/^waiting for the server: cannot reach /)]);
  });

  it("fails at once when it is not followed and the server is away", async () => {
    await expect(read(["cut"], {})).rejects.toThrow(/cannot reach a server/);
  });
});
