// The file that worker threads are started with: built as an entry of its own.
import { createLocalTrainer } from "../training/create-local-trainer.js";
import { serveClients } from "./serve-clients.js";

await serveClients(({ model, engine }) => createLocalTrainer({ model, engine }));
