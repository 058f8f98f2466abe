// A thread that asks runs' models about single samples, one question at a time.
import { parentPort, workerData } from "node:worker_threads";
import { type OpenDatabaseOptions, openDatabase } from "@fedloom/db";
import { ServerError } from "../../errors.js";
import { reasonOf } from "../child/retrying.js";
import { createPredictionDesk } from "./prediction-desk.js";
import type { PredictionQuestion, PredictionReply } from "./question.js";

const { options } = workerData as { options: OpenDatabaseOptions };

const desk = createPredictionDesk(async (runId, kind) => {
  await using database = await openDatabase({ ...options, poolSize: 1 });
  return await database.checkpoints.load(runId, kind);
});

async function reply(question: PredictionQuestion): Promise<PredictionReply> {
  try {
    return { answer: new TextEncoder().encode(JSON.stringify(await desk(question))) };
  } catch (error) {
    if (!(error instanceof ServerError)) return { error: reasonOf(error) };
    const { code, message, field, expected, received } = error;
    return { refusal: { code, message, field, expected, received } };
  }
}

parentPort?.on("message", async (question: PredictionQuestion) => {
  const answered = await reply(question);
  const buffers = "answer" in answered ? [answered.answer.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(answered, buffers);
});
