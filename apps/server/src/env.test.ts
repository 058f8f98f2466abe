import { describe, expect, it } from "vitest";
import { parseServerOptions } from "./env.js";
import { usage } from "./flags.js";

function parse(args: string[] = [], environment: Record<string, string> = {}) {
  const options = parseServerOptions(args, environment, "/home/site");
  if (options === "help") throw new Error("expected options");
  return options;
}

describe("parseServerOptions", () => {
  it("has the contract's defaults", () => {
    const { firstRun, hostName, ...rest } = parse();
    expect(hostName).not.toBe("");
    expect(rest).toEqual({
      host: "127.0.0.1",
      port: 8001,
      relay: { host: "localhost", port: 8765 },
      databaseUrl: undefined,
      dataDirectory: "/home/site/.fedloom",
      progressDirectory: "/home/site/logs/progress",
      requireTokens: false,
      allowedHosts: [],
      allowedOrigins: [],
      trustedProxies: [],
      tls: undefined,
      maxRuns: 1,
      retention: undefined,
      minFreeBytes: 512 * 2 ** 20,
      maxSpillBytes: 2 ** 30,
    });
    expect(firstRun).toMatchObject({ numRounds: 5, numClients: 5, strategy: "fedavg", dirichletAlpha: 0.5 });
  });

  it("takes flags before the environment", () => {
    const options = parse(["--port", "9000", "--rounds", "20", "--data", "../xrays.npz"], {
      FEDLOOM_PORT: "9001",
      FEDLOOM_RELAY_PORT: "9002",
      FEDLOOM_ENGINE: "cpu",
      DATABASE_URL: "postgres://localhost/fedloom",
    });
    expect(options).toMatchObject({
      port: 9000,
      relay: { port: 9002 },
      databaseUrl: "postgres://localhost/fedloom",
    });
    expect(options.firstRun).toMatchObject({ numRounds: 20, dataPath: "/home/xrays.npz", engine: "cpu" });
  });

  it("reads what a server for others needs", () => {
    const options = parse(
      [
        "--allowed-host",
        "fl.example.org",
        "--allowed-host",
        "10.0.0.5",
        "--tls-cert",
        "c.pem",
        "--tls-key",
        "k.pem",
      ],
      {
        FEDLOOM_ALLOWED_ORIGINS: "https://a.example.org, https://b.example.org",
        FEDLOOM_REQUIRE_TOKENS: "1",
      },
    );
    expect(options).toMatchObject({
      allowedHosts: ["fl.example.org", "10.0.0.5"],
      allowedOrigins: ["https://a.example.org", "https://b.example.org"],
      requireTokens: true,
      tls: { certFile: "/home/site/c.pem", keyFile: "/home/site/k.pem" },
    });
    expect(parse(["--keep-days", "30", "--keep-last", "5"]).retention).toEqual({
      olderThanDays: 30,
      keepLast: 5,
    });
  });

  it("switches relay and first run off", () => {
    expect(parse(["--no-relay", "--no-run"])).toMatchObject({ relay: undefined, firstRun: undefined });
    expect(parse([], { FEDLOOM_NO_RELAY: "1" }).relay).toBeUndefined();
  });

  it.each([
    [["--port", "80000"], "--port: expected a port from 0 to 65535, received 80000"],
    [["--port", "x"], '--port: expected a number, received "x"'],
    [["--rounds", "0"], "--rounds: expected at least 1, received 0"],
    [["--partition", "random"], '--partition: expected "dirichlet" or "iid" or "dirichlet-per-client" or'],
    [["--alpha", "0"], "--alpha: expected more than 0, received 0"],
    [["--tls-cert", "c.pem"], "--tls-cert: expected with --tls-key, received without"],
    [
      ["--host-name", "a\nb"],
      '--host-name: expected 1 to 128 characters without control characters, received "a\\nb"',
    ],
    [["--keep-last", "3"], "--keep-last: expected with --keep-days, received without"],
    [["--max-runs", "0"], "--max-runs: expected an integer from 1 to 64, received 0"],
    [["--host", "example.org"], '--host: expected an IP address or localhost, received "example.org"'],
  ])("refuses %j with one sentence", (args, message) => {
    expect(() => parse(args)).toThrow(message);
  });

  it("names an unknown option and where to look", () => {
    expect(() => parse(["--colour", "red"])).toThrow(/--colour.*--help/s);
    expect(usage()).toContain("--relay-port");
  });
});
