import { catalog, type OptionDescription, runConfig } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { checkRunConfig } from "../runs/check-run-config.js";
import { addCatalogRoute } from "./catalog.js";
import { createApp } from "./create-app.js";

type Json = Record<string, unknown>;

const app = await createApp();
addCatalogRoute(app);
const answer = (await app.inject("/api/catalog")).json() as z.output<typeof catalog>;

/** A value that the option takes, as the catalog has it. */
function valueFor({ kind, min = 0, max, choices, example, ...option }: OptionDescription): unknown {
  if (option.default !== undefined) return option.default;
  if (kind === "choice") return choices?.[0];
  return example ?? (max === undefined ? min + 1 : (min + max) / 2);
}

/** Options as a form would send them: those that are needed, and those whose default is known. */
function filled(options: readonly OptionDescription[]): Json {
  const values: Json = {};
  for (const option of options) {
    if (!option.is_required && option.default === undefined) continue;
    const path = option.name.split(".");
    const place = path.slice(0, -1).reduce((within, key) => {
      within[key] ??= {};
      return within[key] as Json;
    }, values);
    place[path.at(-1) as string] = valueFor(option);
  }
  return values;
}

function check(wire: Json): void {
  const decoded = runConfig.decode(wire);
  if (!decoded.ok) throw decoded.error;
  checkRunConfig(decoded.value);
}

describe("the catalog", () => {
  it("is as the protocol says, and leaves nothing without an explanation", () => {
    expect(catalog.parse(answer)).toEqual(answer);
    for (const { about, options, name } of [...answer.strategies, ...answer.hooks, ...answer.partitions]) {
      for (const text of [about, ...options.map((option) => option.about)]) {
        expect([name, text]).toEqual([name, expect.stringMatching(/^[A-Z].+\.$/)]);
      }
    }
    expect(answer.data.made_up.map(({ name }) => name)).toEqual(["synthetic-xrays", "blobs", "two-spirals"]);
  });

  it.each(answer.strategies.map((strategy) => [strategy.name, strategy.options] as const))(
    "has %s's options as a run takes them",
    (strategy, options) => {
      const { selection, ...own } = filled(options);
      expect(selection).toEqual({ min_clients: 1, over_select: 1 });
      const whole = { ...own, selection: { ...(selection as Json), kind: "fraction" } };
      check({ strategy, strategy_options: whole });
      expect(() => check({ strategy, strategy_options: { ...whole, none_such: 1 } })).toThrow("noneSuch");
    },
  );

  it.each(answer.hooks.map((hook) => [hook.name, hook.options] as const))(
    "has %s's options as a run takes them",
    (name, options) => {
      const sent = filled(options);
      // Neither of its options is needed, but one of them.
      if (name === "filter-tensors") sent.exclude = options[1]?.example;
      // The kind to which the options with a default belong.
      if (name === "compress-updates") sent.method = { ...(sent.method as Json), kind: "qsgd" };
      const config = { strategy: "fedavg", strategy_options: { weighting: "uniform" } };
      check({ ...config, hooks: [{ name, options: sent }] });
    },
  );

  it.each(answer.partitions.map((partition) => [partition.name, partition.options] as const))(
    "has %s's options as a run takes them",
    (partition, options) => {
      const { dirichlet_alpha, ...partition_options } = filled(options);
      check({ partition, ...(dirichlet_alpha !== undefined && { dirichlet_alpha }), partition_options });
      expect(() => check({ partition, partition_options: { none_such: 1 } })).toThrow("noneSuch");
    },
  );

  it("names options within an object by a dot, as refusals do", () => {
    const { options } = answer.strategies[0] as (typeof answer.strategies)[0];
    const names = options.map(({ name }) => name).filter((name) => name.includes("."));
    expect(names).toContain("selection.fraction");
    const refused = { selection: { kind: "fraction", fraction: 2 } };
    expect(() => check({ strategy_options: refused })).toThrow(
      "strategy_options.selection.fraction: expected",
    );
  });
});
