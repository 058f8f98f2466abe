import { createStrategy, type Strategy, strategyNames } from "@fedloom/fl-strategy";
import type { RunConfig } from "@fedloom/protocol";
import { ServerError } from "../../errors.js";
import { refusingAs } from "./refusal.js";

/**
 * The strategy that a config names, with its options.
 * @throws ServerError `strategy_unknown`, or `config_invalid` for options that the strategy refuses.
 */
export function strategyOf({
  strategy: name,
  strategyOptions = {},
}: Pick<RunConfig, "strategy" | "strategyOptions">): Strategy {
  if (!(strategyNames as readonly string[]).includes(name)) {
    const [expected, received] = [`one of ${strategyNames.join(", ")}`, JSON.stringify(name)];
    const message = `strategy: expected ${expected}, received ${received}`;
    throw new ServerError("strategy_unknown", message, { field: "strategy", expected, received });
  }
  return refusingAs("strategy_options", () => createStrategy(name, strategyOptions));
}
