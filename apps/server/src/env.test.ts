import { describe, expect, it } from "vitest";
import { parseServerOptions, usage } from "./env.js";

function parse(args: string[] = [], environment: Record<string, string> = {}) {
  const options = parseServerOptions(args, environment, "/home/site");
  if (options === "help") throw new Error("expected options");
  return options;
}

describe("parseServerOptions", () => {
  it("has the contract's defaults", () => {
    const { firstRun, ...rest } = parse();
    expect(rest).toEqual({
      host: "127.0.0.1",
      port: 8001,
      relay: { host: "localhost", port: 8765 },
      databaseUrl: undefined,
      dataDirectory: "/home/site/.fedloom",
      progressDirectory: "/home/site/logs/progress",
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

  it("switches relay and first run off", () => {
    expect(parse(["--no-relay", "--no-run"])).toMatchObject({ relay: undefined, firstRun: undefined });
    expect(parse([], { FEDLOOM_NO_RELAY: "1" }).relay).toBeUndefined();
  });

  it.each([
    [["--port", "80000"], "--port: expected a port from 0 to 65535, received 80000"],
    [["--port", "x"], '--port: expected a number, received "x"'],
    [["--rounds", "0"], "--rounds: expected at least 1, received 0"],
    [["--partition", "random"], '--partition: expected "dirichlet" or "iid", received "random"'],
    [["--alpha", "0"], "--alpha: expected more than 0, received 0"],
    [["--host", "example.org"], '--host: expected an IP address or localhost, received "example.org"'],
  ])("refuses %j with one sentence", (args, message) => {
    expect(() => parse(args)).toThrow(message);
  });

  it("names an unknown option and where to look", () => {
    expect(() => parse(["--colour", "red"])).toThrow(/--colour.*--help/s);
    expect(usage()).toContain("--relay-port");
  });
});
