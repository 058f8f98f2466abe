// A process that asks runs' models about single samples.
import { openDatabase } from "@fedloom/db";
import { answerQuestions } from "../answering/answer-questions.js";
import { createPredictionDesk } from "./prediction-desk.js";
import type { PredictionQuestion } from "./question.js";

const desk = createPredictionDesk(async ({ databaseOptions, runId, query }) => {
  await using database = await openDatabase({ ...databaseOptions, poolSize: 1 });
  return await database.checkpoints.load(runId, query.kind);
});

// As text: the server only hands it on.
answerQuestions(async (question: PredictionQuestion) => JSON.stringify(await desk(question)));
