import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createServerApi, type ServerApiOptions } from "./server-api.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function apiOf(listener: RequestListener, more: Partial<ServerApiOptions> = {}) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const options = { server: new URL(`http://127.0.0.1:${port}/`), token: undefined, ...more };
  return { port, api: createServerApi({ signal: new AbortController().signal, ...options }) };
}

function answer(status: number, body: string): RequestListener {
  return (_request, response) =>
    response.writeHead(status, { location: body.startsWith("https") ? body : "" }).end(body);
}

describe("asking a server", () => {
  it("sends method, query, body and token, and reads the answer", async () => {
    const seen: unknown[] = [];
    const { api } = await apiOf(
      async (request, response) => {
        const body = (await request.toArray()).join("");
        seen.push(request.method, request.url, request.headers.authorization, body);
        response.end('{"run_id":"x"}');
      },
      { token: "fedloom_t" },
    );
    const query = { state: "a,b", limit: undefined, after: 0 };
    expect(await api.ask({ method: "POST", path: "api/runs", query, body: { a: 1 } })).toEqual({
      run_id: "x",
    });
    expect(seen).toEqual(["POST", "/api/runs?state=a%2Cb&after=0", "Bearer fedloom_t", '{"a":1}']);
  });

  it.each<[string, number, string, RegExp]>([
    [
      "a problem in one sentence",
      404,
      '{"detail":"there is no run\\u001b[2J"}',
      /^there is no run\ufffd\[2J$/,
    ],
    ["a missing token", 401, "{}", /asks for a token; set --token or FEDLOOM_TOKEN$/],
    ["a page", 502, "<html>Bad Gateway</html>", /answers 502 and no document that fedloom knows/],
    ["a redirect", 301, "https://other.example/", /points to https:\/\/other\.example\/; set --server/],
    ["an answer that is no JSON", 200, "hello", /answers 200 and no document that fedloom knows/],
  ])("tells %s", async (_what, status, body, message) => {
    const { api } = await apiOf(answer(status, body));
    await expect(api.ask({ path: "api/runs" })).rejects.toThrow(message);
  });

  it("says where nothing listens", async () => {
    const { api, port } = await apiOf(() => {});
    servers.pop()?.close();
    await expect(api.ask({ path: "api/runs" })).rejects.toThrow(
      `cannot reach a server at http://127.0.0.1:${port}: nothing listens there; \`fedloom serve\` starts a server`,
    );
  });

  it("does not wait for ever for an answer", async () => {
    const { api } = await apiOf(() => {}, { timeoutMs: 50 });
    await expect(api.ask({ path: "api/runs" })).rejects.toThrow(/no answer within 0\.05 s$/);
  });

  it("gives a long answer part by part, and says when it broke off", async () => {
    const { api } = await apiOf((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half of it", () => response.destroy());
    });
    let text = "";
    const read = async () => {
      for await (const part of api.stream({ path: "api/runs/x/events" }))
        text += Buffer.from(part).toString();
    };
    await expect(read()).rejects.toThrow(/the answer broke off$/);
    expect(text).toBe("half of it");
  });
});
