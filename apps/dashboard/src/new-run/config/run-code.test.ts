import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { curlOf, typescriptOf } from "./run-code.js";
import { randomConfig, randomNumbers } from "./testing-configs.js";

const origin = "http://127.0.0.1:8001";

it("gives a command that a shell takes as it is meant", () => {
  const random = randomNumbers(4);
  for (let i = 0; i < 20; i += 1) {
    const config = randomConfig(random);
    // A shell that prints the words of the command in the place of curl.
    const script = `curl() { printf '%s\\0' "$@"; }\nFEDLOOM_TOKEN='a b$c'\n${curlOf(config, { origin, hasToken: true })}`;
    const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0");
    expect(words.slice(0, 5)).toEqual([
      `${origin}/api/runs`,
      "-H",
      "authorization: Bearer a b$c",
      "-H",
      "content-type: application/json",
    ]);
    expect(JSON.parse(words[6] ?? "")).toEqual(config);
  }
});

it("gives a script that sends the config and prints where the run is", async () => {
  const config = randomConfig(randomNumbers(5));
  const sent: [string, RequestInit][] = [];
  const printed: string[] = [];
  const answer = { ok: true, json: async () => ({ run_id: "01ABC" }) };
  const run = new Function(
    "fetch",
    "console",
    "process",
    `return (async () => {${typescriptOf(config, { origin, hasToken: true })}})()`,
  );
  await run(
    async (url: string, init: RequestInit) => {
      sent.push([url, init]);
      return answer;
    },
    { log: (text: string) => printed.push(text) },
    { env: { FEDLOOM_TOKEN: "secret" } },
  );
  expect(printed).toEqual([`${origin}/runs/01ABC`]);
  expect(sent[0]?.[0]).toBe(`${origin}/api/runs`);
  expect(sent[0]?.[1].headers).toMatchObject({ authorization: "Bearer secret" });
  expect(JSON.parse(String(sent[0]?.[1].body))).toEqual(config);
});

it("shows no token where none is asked for", () => {
  expect(curlOf({}, { origin, hasToken: false })).not.toContain("TOKEN");
  expect(typescriptOf({}, { origin, hasToken: false })).not.toContain("TOKEN");
});
