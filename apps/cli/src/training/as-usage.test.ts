import { createStrategy } from "@fedloom/fl-strategy";
import { expect, it } from "vitest";
import { asUsage } from "./as-usage.js";

function refused(code: string, message: string): () => never {
  return () => {
    throw Object.assign(new Error(message), { code });
  };
}

it("names the flag that brought what a library refuses", () => {
  const usage = (message: string) => expect.objectContaining({ name: "CliError", code: "usage", message });
  expect(() => asUsage(refused("invalid_option", "numClients: expected 1, got 2"))).toThrow(
    usage("--clients: expected 1, received 2"),
  );
  expect(() => asUsage(refused("invalid_option", "shardsPerClient: expected 1, got 2"))).toThrow(
    usage("--shards-per-client: expected 1, received 2"),
  );
  expect(() => asUsage(() => createStrategy("fedmagic"))).toThrow(
    /^--strategy: expected one of fedavg, .*, received "fedmagic"$/,
  );
  expect(() => asUsage(() => createStrategy("fedprox", { nu: 1 }))).toThrow(
    usage('fedprox: expected options among selection, weighting, mu, received "nu"'),
  );
});

it("leaves everything else as it is", () => {
  expect(asUsage(() => 7)).toBe(7);
  const failure = refused("partition_failed", "partition: expected 1, got 0");
  expect(() => asUsage(failure)).toThrow(
    expect.objectContaining({ name: "Error", code: "partition_failed" }),
  );
});
