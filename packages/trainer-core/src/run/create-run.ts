import type { TrainingEvent } from "@fedloom/protocol";
import { createCallbackRunner } from "../callbacks/run-callbacks.js";
import type { StepEnd, StepUnit, StopRequest } from "../callbacks/trainer-callback.js";
import type { Checkpoint, Progress } from "../checkpoint/checkpoint.js";
import { encodeCheckpoint } from "../checkpoint/encode-checkpoint.js";
import { createRunConfig, type RunConfig, requireSameConfig } from "../checkpoint/run-config.js";
import { TrainerError } from "../errors.js";
import { bestByOf, type EvaluatedStep, isBetter } from "./best-step.js";
import type { Course, RunKit, StepOutcome } from "./course.js";
import { formatDuration } from "./duration.js";
import { createEmit, errorText } from "./emit.js";
import type { RunSettings } from "./run-settings.js";
import { createStopwatch } from "./stopwatch.js";
import type { Trainer } from "./trainer.js";

/**
 * Creates a run of either kind: plays step after step, asks the callbacks, keeps the best, and says so.
 * @throws TrainerError `invalid_checkpoint` if `resume` is of another run, `invalid_option` for callbacks of one name.
 */
export function createRun(settings: RunSettings, createCourse: (kit: RunKit) => Course): Trainer {
  const { now = () => new Date(), monotonicNow = () => performance.now(), resume } = settings;
  const emit = createEmit(settings.runId, now);
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopwatch = createStopwatch(monotonicNow);
  const course = createCourse({ emit, signal, stopwatch });
  const config = { ...course.config, ...createRunConfig(settings.config ?? {}) };
  if (resume) requireResumable(resume, course, config);
  const callbacks = createCallbackRunner({
    callbacks: settings.callbacks ?? [],
    ...(resume && { states: resume.callbacks }),
    emit,
    stopwatch,
  });
  const before = resume?.progress;
  const reached = {
    step: resume?.step ?? 0,
    weights: (resume && weightsToGoOnFrom(resume, course)) ?? settings.initialWeights,
    trained: undefined as Float32Array | undefined,
    best: before?.best,
    bytes: before?.bytes ?? 0,
    isOver: before?.isOver ?? false,
  };
  let startedAt = 0;
  const elapsedMs = () => (before?.elapsedMs ?? 0) + monotonicNow() - startedAt;

  async function* steps(): AsyncGenerator<TrainingEvent, void> {
    const { unit, totalSteps } = course;
    while (reached.step < totalSteps && !reached.isOver && !signal.aborted) {
      const step = reached.step + 1;
      const { weights } = reached;
      const learningRateFactor = yield* callbacks.beforeStep({ unit, step, totalSteps, weights });
      const plan = { step, weights, learningRateFactor };
      const outcome = yield* course.play(plan);
      if (!outcome) return;
      const evaluated = { step, metrics: outcome.metrics, final: outcome.final };
      const isBest = isBetter(reached.best, evaluated, settings.best);
      yield* complaintAboutBest(evaluated);
      const tested =
        isBest && course.testBest ? yield* course.testBest({ ...plan, weights: outcome.weights }) : {};
      if (isBest) reached.best = { ...evaluated, final: { ...outcome.final, ...tested } };
      reached.bytes += outcome.bytes;
      yield* close(outcome, {
        unit,
        step,
        totalSteps,
        weights: outcome.weights,
        metrics: outcome.metrics,
        isBest,
        elapsedMs: elapsedMs(),
        bytes: reached.bytes,
        ...outcome.privacy,
      });
    }
  }

  /** Without a word the run would have no best, or one that nobody asked for. */
  function* complaintAboutBest({ step, metrics }: EvaluatedStep): Generator<TrainingEvent> {
    const { best } = settings;
    if (!best || metrics[best.metric] !== undefined) return;
    const expected = `one that ${course.unit} ${step} reported (${Object.keys(metrics).join(", ")})`;
    const error = errorText(`best.metric: expected ${expected}, got ${best.metric}`);
    yield emit("error", { error, errorType: "invalid_option", fatal: false });
  }

  /** Asks the callbacks about a step, and takes it as reached. */
  async function* close({ stop: asked }: StepOutcome, end: StepEnd): AsyncGenerator<TrainingEvent, void> {
    const { step, totalSteps } = end;
    const verdict = yield* callbacks.afterStep(end);
    const stop = asked ?? verdict.stop;
    const isLast = stop !== undefined || step === totalSteps;
    const weights = isLast
      ? yield* callbacks.beforeEnd({ ...end, weights: verdict.weights })
      : verdict.weights;
    // More steps may be asked for later: they go on from what was trained, not from what the run ends with.
    const trained = stop === undefined && weights !== verdict.weights ? verdict.weights : undefined;
    Object.assign(reached, { step, weights, trained, isOver: stop !== undefined });
    if (stop) yield emit("early_stopping", earlyStoppingData(stop, end));
    const closed = { ...end, weights, isLast, checkpoint: () => encodeCheckpoint(snapshot()) };
    for (const saved of yield* callbacks.onStepClosed(closed)) {
      yield emit("checkpoint", { [end.unit]: step, ...saved });
    }
  }

  function earlyStoppingData({ reason, metric, patience = 0 }: StopRequest, { unit, step }: StepEnd) {
    const by = reached.best && bestByOf(reached.best.metrics, settings.best);
    const own = by && { name: by.metric, value: reached.best?.metrics[by.metric] ?? Number.NaN };
    const { name, value } = metric ?? own ?? { name: unit, value: step };
    return { [unit]: step, bestMetricValue: value, metricName: name, patience, reason: errorText(reason) };
  }

  function snapshot(): Checkpoint {
    const { mode, layout } = course;
    const { step, weights, trained, best, bytes, isOver } = reached;
    const progress: Progress = {
      ...(best && { best }),
      ...(trained && { trained }),
      bytes,
      isOver,
      elapsedMs: elapsedMs(),
    };
    return {
      mode,
      step,
      config,
      layout,
      weights,
      progress,
      state: course.state(),
      callbacks: callbacks.states,
    };
  }

  function ended(status: "completed" | "stopped" | "failed"): TrainingEvent {
    const durationSeconds = elapsedMs() / 1_000;
    return emit("training_end", {
      status,
      experimentName: settings.experimentName,
      ...bestOf(reached.best, course.unit),
      ...(course.unit === "round" ? { totalRounds: reached.step } : { totalEpochs: reached.step }),
      trainingDuration: formatDuration(durationSeconds),
      durationSeconds,
      finalMetrics: { ...reached.best?.final },
    });
  }

  async function* everything(): AsyncGenerator<TrainingEvent, void> {
    startedAt = monotonicNow();
    try {
      yield* course.begin();
      yield* steps();
      yield ended(signal.aborted ? "stopped" : "completed");
    } catch (error) {
      if (!signal.aborted) {
        yield emit("error", { error: errorText(error), errorType: "training_error", fatal: true });
      }
      yield ended(signal.aborted ? "stopped" : "failed");
    } finally {
      stopping.abort();
      await course.close?.();
    }
  }

  return {
    async *run() {
      for await (const event of everything()) {
        const saidAt = monotonicNow();
        yield event;
        stopwatch.add("waiting", monotonicNow() - saidAt);
      }
    },
    stop: (reason) => stopping.abort(new Error(reason)),
    get weights() {
      return reached.weights;
    },
  };
}

function bestOf(best: EvaluatedStep | undefined, unit: StepUnit) {
  if (!best) return {};
  const { val_accuracy, val_recall, pooled_val_accuracy, pooled_val_recall } = best.metrics;
  const [accuracy, recall] = [val_accuracy ?? pooled_val_accuracy, val_recall ?? pooled_val_recall];
  return {
    ...(unit === "round" ? { bestRound: best.step } : { bestEpoch: best.step }),
    ...(accuracy !== undefined && { bestValAccuracy: accuracy }),
    ...(recall !== undefined && { bestValRecall: recall }),
  };
}

/** A run that ended with other weights than its last step's, such as the best ones, goes on from those of the step. */
function weightsToGoOnFrom({ step, weights, progress }: Checkpoint, { totalSteps }: Course): Float32Array {
  return (step < totalSteps && progress.trained) || weights;
}

function requireResumable(resume: Checkpoint, { mode, layout }: Course, config: RunConfig): void {
  requireSameConfig({ mode: resume.mode, ...resume.config }, { mode, ...config });
  if (resume.weights.length === layout.size) return;
  throw new TrainerError(
    "invalid_checkpoint",
    `checkpoint: weights: expected ${layout.size} elements, got ${resume.weights.length}`,
  );
}
