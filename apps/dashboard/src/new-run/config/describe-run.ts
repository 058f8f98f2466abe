import type { Catalog } from "@fedloom/protocol";
import { formatCountOf } from "../../ui/format.js";
import { chosen, described, hooksOf } from "./described-options.js";
import type { Draft } from "./draft.js";

/** What would be started, in a sentence or two. */
export function describeRun({ config, source, upload }: Draft, catalog: Catalog): string {
  const model = config.model === undefined ? "one model" : String(config.model);
  const data = dataOf({ config, source, ...(upload && { upload }) }, catalog);
  if (chosen(config, "mode") === "centralized") {
    return `Trains ${model} in one place: ${formatCountOf(Number(chosen(config, "num_epochs")), "epoch")} on ${data}.`;
  }
  const clients = formatCountOf(Number(chosen(config, "num_clients")), "client");
  const rounds = formatCountOf(Number(chosen(config, "num_rounds")), "round");
  const name = chosen(config, "strategy");
  const strategy = described(catalog.strategies, name)?.title ?? String(name);
  const hooks = hooksOf(config).map((hook) => described(catalog.hooks, hook.name)?.title ?? hook.name);
  const besides = hooks.length > 0 ? ` Beside it: ${hooks.join(", ")}.` : "";
  return `${clients} train ${model} together: ${rounds} of ${strategy} on ${data}.${besides}`;
}

function dataOf({ config, source, upload }: Draft, { data }: Catalog): string {
  if (source === "upload" && upload) return upload.name;
  if (source !== "made-up") {
    return config.data_path === undefined
      ? "data still to be chosen"
      : (String(config.data_path)
          .split(/[/\\]/)
          .findLast((part) => part !== "") ?? "");
  }
  return withinSentence((described(data.made_up, config.data) ?? data.made_up[0])?.title ?? "made-up data");
}

function withinSentence(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
