import { describe, expect, it } from "vitest";
import { configOfForm, problemSentence } from "./form-config.js";

const filled: [string, string][] = [
  ["experiment_name", " chest "],
  ["data_path", ""],
  ["num_clients", "5"],
  ["num_rounds", "8"],
  ["partition", "dirichlet"],
  ["dirichlet_alpha", "0.5"],
  ["local_epochs", ""],
  ["learning_rate", "0.01"],
  ["strategy", "fedavg"],
  ["seed", "0"],
];
const changed = (field: string, value: string) =>
  configOfForm(filled.map(([name, before]) => [name, name === field ? value : before]));

describe("the config of the form", () => {
  it("has numbers as numbers and leaves out what is optional and empty", () => {
    expect(configOfForm(filled)).toEqual({
      ok: true,
      config: {
        experiment_name: "chest",
        num_clients: 5,
        num_rounds: 8,
        partition: "dirichlet",
        dirichlet_alpha: 0.5,
        learning_rate: 0.01,
        strategy: "fedavg",
        seed: 0,
      },
    });
  });

  it("names the field that cannot be used, with what was expected", () => {
    expect(changed("num_rounds", "0")).toEqual({
      ok: false,
      problem: { field: "num_rounds", message: "Expected at least 1, received 0." },
    });
    expect(changed("seed", "")).toEqual({
      ok: false,
      problem: { field: "seed", message: "Expected a number, received nothing." },
    });
    expect(changed("num_clients", "2.5")).toMatchObject({ ok: false, problem: { field: "num_clients" } });
  });

  it("says something when the server gives no expectation", () => {
    expect(problemSentence({ message: "busy" })).toBe("busy.");
    expect(problemSentence({ expected: "a file" })).toBe("Expected a file.");
  });
});
