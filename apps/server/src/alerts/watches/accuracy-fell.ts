import type { AlertRuleOf } from "@fedloom/protocol";
import type { Subject } from "../subject.js";
import { type Desk, figure, type Watch } from "../watch.js";
import { isWanted, nameOfValue } from "./values-of-clients.js";

interface Memory {
  best: number;
  numBelow: number;
}

/** A metric below its best value by more than an amount, for some values in a row. */
export function watchAccuracyFell(rule: AlertRuleOf<"accuracy_fell">, desk: Desk): Watch {
  const memories = new WeakMap<Subject, Memory>();
  return {
    metric: rule.metric,
    readValue(runId, point) {
      const { name: metric, phase, clientId, value } = point;
      if (!isWanted(rule, point) || Number.isNaN(value)) return;
      const subject = desk.open({ runId, metric, phase, clientId }, { isStanding: true });
      if (!subject) return;
      const memory = memories.get(subject) ?? { best: value, numBelow: 0 };
      memories.set(subject, memory);
      memory.best = Math.max(memory.best, value);
      memory.numBelow = memory.best - value > rule.by ? memory.numBelow + 1 : 0;
      const best = figure(memory.best);
      desk.judge(subject, {
        holds: memory.numBelow >= rule.rounds,
        message: `${nameOfValue(point)} is ${figure(value)}, its best was ${best}`,
      });
    },
  };
}
