import { exactRocCurve, sortedScores } from "@fedloom/fl-strategy";
import type { RunPredictions } from "@fedloom/protocol";
import { confusionOf, metricsOf, positiveScores } from "@fedloom/trainer-core";
import type { PredictedPart } from "./predicted-part.js";
import { thinRoc } from "./thin-roc.js";

const MAX_CONFUSION_CLASSES = 32;
const MAX_ROC_POINTS = 200;

type Summary = Pick<
  RunPredictions,
  "numSamples" | "numMistakes" | "loss" | "accuracy" | "auroc" | "confusion" | "roc"
>;

/** How a model does on a part as a whole. */
export function summarizePart({ predictions, predicted }: PredictedPart): Summary {
  const { labels, numOutputs } = predictions;
  const { loss = Number.NaN, accuracy = Number.NaN, auroc = Number.NaN } = metricsOf(predictions);
  return {
    numSamples: labels.length,
    numMistakes: labels.reduce((sum, label, i) => sum + (label === predicted[i] ? 0 : 1), 0),
    loss,
    accuracy,
    auroc,
    confusion: numOutputs <= MAX_CONFUSION_CLASSES ? rowsOf(confusionOf(predictions)) : null,
    roc: numOutputs === 2 ? rocOf(predictions) : null,
  };
}

function rowsOf({ numClasses, counts }: ReturnType<typeof confusionOf>): number[][] {
  return Array.from({ length: numClasses }, (_, row) =>
    counts.slice(row * numClasses, (row + 1) * numClasses),
  );
}

/** Null where there is no curve: of one class alone, and of a model that has diverged. */
function rocOf(predictions: PredictedPart["predictions"]): Summary["roc"] {
  const scores = positiveScores(predictions);
  if (scores.some(Number.isNaN)) return null;
  const curve = exactRocCurve([sortedScores(scores, predictions.labels)]);
  return curve.length > 0 ? thinRoc(curve, MAX_ROC_POINTS) : null;
}
