import { runPredictions } from "@fedloom/protocol";
import { ServerError } from "../../errors.js";
import { chooseSamples } from "./choose-samples.js";
import { type JudgedModel, openJudgedModel, readCheckpoint } from "./open-judged-model.js";
import { openPartData, type PartData } from "./open-part-data.js";
import type { PredictionQuestion } from "./question.js";
import { showSamples } from "./show-samples.js";
import { summarizePart } from "./summarize-part.js";

type LoadCheckpoint = (question: PredictionQuestion) => Promise<Uint8Array | undefined>;

/** The best and the last model of a run, to be looked at in turn. */
const MAX_MODELS = 2;

/**
 * Answers questions about predictions, one at a time, in the wire form of `runPredictions`. The data of the newest
 * question's run stay in memory, and two models with what they said.
 */
export function createPredictionDesk(load: LoadCheckpoint) {
  let data: { key: string; opened: PartData } | undefined;
  const models = new Map<string, JudgedModel>();

  function forget(): void {
    for (const model of models.values()) model[Symbol.dispose]();
    models.clear();
    data = undefined;
  }

  async function dataOf({ runId, config }: PredictionQuestion): Promise<PartData> {
    const key = `${runId} ${JSON.stringify(config)}`;
    if (data?.key === key) return data.opened;
    // Before the next ones are opened: two data sets may be more than there is room for.
    forget();
    const opened = await openPartData(config);
    data = { key, opened };
    return opened;
  }

  async function modelOf(question: PredictionQuestion, samples: PartData): Promise<JudgedModel> {
    const { checkpointId } = question;
    const known = models.get(checkpointId);
    if (known) return known;
    const opened = await openJudgedModel(await readCheckpoint(() => load(question)), samples);
    for (const [id, oldest] of models) {
      if (models.size < MAX_MODELS) break;
      oldest[Symbol.dispose]();
      models.delete(id);
    }
    models.set(checkpointId, opened);
    return opened;
  }

  return async (question: PredictionQuestion): Promise<Record<string, unknown>> => {
    const { runId, checkpointId, query } = question;
    const opened = await dataOf(question);
    const { classNames, sampleShape, title, synthetic } = opened;
    for (const field of ["label", "predicted", "activation_of"] as const) {
      requireClass(field, query[field], classNames.length);
    }
    const model = await modelOf(question, opened);
    const part = await model.predict(query.part);
    const chosen = chooseSamples(part, query);
    const activation = sampleShape.length === 3 ? await model.activation() : undefined;
    const page = chosen.slice(query.offset, query.offset + query.limit);
    const activationOf = query.activation_of;
    return runPredictions.toWire({
      runId,
      kind: query.kind,
      checkpointId,
      mode: model.mode,
      step: model.step,
      part: query.part,
      dataset: title,
      isSynthetic: synthetic,
      classNames: [...classNames],
      imageShape: sampleShape.length === 3 ? [...sampleShape] : null,
      hasActivation: activation !== undefined,
      ...summarizePart(part),
      total: chosen.length,
      samples: await showSamples(page, { part, sampleShape, activation, activationOf }),
    });
  };
}

function requireClass(field: string, value: number | "predicted" | undefined, numClasses: number): void {
  if (typeof value !== "number" || value < numClasses) return;
  const expected = `a class from 0 to ${numClasses - 1}`;
  const message = `${field}: expected ${expected}, received ${value}`;
  throw new ServerError("request_invalid", message, { field, expected, received: String(value) });
}
