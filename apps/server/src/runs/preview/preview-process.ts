// A process that opens data sets and deals them out.
import { answerQuestions } from "../answering/answer-questions.js";
import { createPreviewDesk } from "./preview-desk.js";

answerQuestions(createPreviewDesk());
