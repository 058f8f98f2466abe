import type { Flag } from "../command.js";
import { RELAY_FLAGS } from "../relay-flags.js";

/** What `simulate` and `train` have in common. */
export const TRAINING_FLAGS: Readonly<Record<string, Flag>> = {
  data: {
    help: "MedMNIST file, CSV file, folder of IDX files or of images, or synthetic-xrays, blobs, two-spirals (synthetic-xrays)",
    type: "text",
  },
  "data-options": {
    help: 'JSON of what its kind takes, such as {"kind":"csv","label":"diagnosis"}',
    type: "text",
  },
  model: { help: "name of a model (pneumonia-cnn for images, tabular for rows)", type: "text" },
  name: { help: "name of the experiment (the data set's)", type: "text" },
  "run-id": { help: "ULID of the run (a new one)", type: "text" },
  seed: { help: "of every random choice (1)", type: "number" },
  "batch-size": { help: "samples a step (the model's recommendation, as for the next four)", type: "number" },
  "learning-rate": { help: "of the optimizer", type: "number" },
  "learning-rate-schedule": {
    help: 'over the run: constant, cosine, or JSON such as {"kind":"step","every":10,"factor":0.5,"warmUp":2} (constant)',
    type: "text",
  },
  optimizer: { help: "sgd or adam", type: "text" },
  momentum: { help: "of sgd", type: "number" },
  "weight-decay": { help: "of the optimizer", type: "number" },
  augment: {
    help: "JSON of maxShift, flipHorizontal, maxBrightness, maxContrast; {} for none (recommended)",
    type: "text",
  },
  engine: { help: "auto, tfjs-node, wasm or cpu (auto)", type: "text", environment: "FEDLOOM_ENGINE" },
  patience: { help: "ends after so many rounds or epochs without an improvement", type: "number" },
  metric: { help: "which metric --patience looks at (val_loss)", type: "text" },
  "min-delta": { help: "how much better counts as an improvement (0)", type: "number" },
  "restore-best": { help: "with --patience: ends with the best weights", type: "switch" },
  checkpoints: { help: "folder for the last and the best checkpoint", type: "text" },
  "checkpoint-every": { help: "rounds or epochs between checkpoints (1)", type: "number" },
  resume: { help: "go on from the last checkpoint in --checkpoints", type: "switch" },
  export: {
    help: "folder for the model at the end: model.json and weights.bin for TensorFlow.js, model.safetensors, input.json",
    type: "text",
  },
  "export-best": {
    help: "with --export: the best round's or epoch's weights, not the last's",
    type: "switch",
  },
  overwrite: { help: "replace what an earlier run has left in --checkpoints and --export", type: "switch" },
  ...RELAY_FLAGS,
  "progress-dir": { help: "folder of progress files (logs/progress)", type: "text" },
  "no-progress-file": { help: "keep events in memory only", type: "switch" },
  json: { help: "events on standard output, one JSON object a line", type: "switch" },
};
