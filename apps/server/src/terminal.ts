import { fromWireEvent } from "@fedloom/protocol";
import type { Server } from "./create-server.js";

type Print = (line: string) => void;

/** Says where everything is. */
export function printAddresses(server: Server, print: Print): void {
  print("");
  print(`  dashboard  ${server.url}`);
  print(`  relay      ${"url" in server.relayPort ? server.relayPort.url : server.relayPort.problem}`);
  print(`  database   ${server.databaseName}`);
  for (const warning of server.warnings) print(`  note       ${warning}`);
  print("");
}

/** Prints a run as it goes, one line a round; resolves with its status when it is over. */
export function followRun(server: Server, runId: string, print: Print): Promise<string> {
  return new Promise((resolve) => {
    const stop = server.relay.onEvent((stream, entry) => {
      if (stream.key !== runId) return;
      const event = fromWireEvent(entry.event);
      switch (event.type) {
        case "training_start": {
          const { experimentName, numClients, numRounds, strategy, dataset, backend } = event.data;
          const { totalEpochs, attempt = 1, resumedFrom = 0 } = event.data;
          const what = strategy
            ? `${numClients} clients, ${strategy}, ${numRounds} rounds`
            : `in one place, ${totalEpochs} epochs`;
          const start = attempt > 1 ? `, going on after ${resumedFrom}` : "";
          print(`Training ${experimentName}: ${what}${start}\n  on ${dataset}\n  with ${backend}`);
          break;
        }
        case "round_metrics": {
          const { round, totalRounds, metrics } = event.data;
          const parts = [`loss ${decimal(metrics.loss)}`, `accuracy ${decimal(metrics.accuracy)}`];
          print(
            `  round ${String(round).padStart(String(totalRounds).length)}/${totalRounds}  validation: ${[...parts, `AUC ${decimal(metrics.auroc)}`].join("  ")}`,
          );
          break;
        }
        case "error":
          print(`  error: ${event.data.error}`);
          break;
        case "training_end": {
          const { status, bestRound, durationSeconds, finalMetrics } = event.data;
          const result =
            finalMetrics.test_auroc === undefined
              ? ""
              : `: test AUC ${decimal(finalMetrics.test_auroc)}, test accuracy ${decimal(finalMetrics.test_accuracy)} (weights of round ${bestRound}, the best on validation data)`;
          print(`Training ${status} after ${durationSeconds.toFixed(1)} s${result}`);
          stop();
          resolve(status);
          break;
        }
        default:
      }
    });
  });
}

function decimal(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(3);
}
