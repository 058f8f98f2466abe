import {
  type AggregateHook,
  type AggregationState,
  createAggregationState,
  defaultHooks,
  type Strategy,
  type TrainConfig,
} from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { ulid } from "ulid";
import type { Dataset } from "../data/dataset.js";
import { TrainerError } from "../errors.js";
import type { LocalTrainer } from "../training/local-trainer.js";
import { BestRound } from "./best-round.js";
import type { ClientPool } from "./client-pool.js";
import { formatDuration } from "./duration.js";
import { createRunEvents } from "./run-events.js";
import { type PlayedRound, playRound } from "./play-round.js";
