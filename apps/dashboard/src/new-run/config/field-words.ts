/** What a field is called and, where the schema's own words need the field's name beside them, what it does. */
interface FieldWords {
  label: string;
  about?: string;
  unit?: string;
}

const WORDS: Readonly<Record<string, FieldWords>> = {
  experiment_name: { label: "Experiment name", about: "How the run is called in the list." },
  project: { label: "Project", about: "The group of runs that it belongs to." },
  num_rounds: { label: "Rounds", about: "How often the clients' models are brought together." },
  num_epochs: { label: "Epochs", about: "Passes over all training samples." },
  num_clients: { label: "Clients", about: "Each gets its own part of the training samples." },
  dirichlet_alpha: {
    label: "Dirichlet alpha",
    about: "The smaller, the more the clients differ: 0.1 strongly, 100 hardly.",
  },
  holdout: { label: "Held out", about: "Share of its samples that each client keeps to evaluate on." },
  quorum: { label: "Quorum", about: "Fewest updates that a round needs to count." },
  deadline_ms: {
    label: "Deadline",
    unit: "ms",
    about: "Longest that clients may train in a round; who is later is left out.",
  },
  privacy_delta: {
    label: "Privacy delta",
    about: "The delta at which the epsilon that the run has spent is told.",
  },
  local_epochs: { label: "Local epochs", about: "Passes over a client's samples in each round." },
  batch_size: { label: "Batch size", about: "Samples in each step." },
  learning_rate: { label: "Learning rate", about: "How far each step goes." },
  learning_rate_schedule: {
    label: "Learning rate schedule",
    about: "How the learning rate changes over the run: constant, step, exponential or cosine.",
  },
  augment: { label: "Augmentation", about: "How images are varied, each time anew." },
  data: { label: "Made-up data set" },
  data_path: { label: "Path of a data set on the server" },
  data_options: { label: "Other options of the data" },
  seed: {
    label: "Seed",
    about: "The same seed gives the same partition, first weights and order of samples.",
  },
  engine: { label: "Engine", about: "What computes; auto takes the fastest that is there." },
  tags: { label: "Tags", about: "Words to find it by, with commas between them." },
  notes: { label: "Notes", about: "Anything worth knowing." },
  "early_stopping.metric": { label: "Metric" },
  "early_stopping.mode": {
    label: "Good values",
    about: "Whether small or large ones; as the metric's name says when not set.",
  },
  "early_stopping.patience": { label: "Patience" },
  "early_stopping.min_delta": { label: "Smallest improvement" },
  "early_stopping.restore_best": { label: "Restore the best weights" },
  "optimizer.name": { label: "Optimizer" },
};

/** Label of a field, made of its name where nobody has put it better. */
export function labelOf(path: string): string {
  const { label = sentence(lastKey(path).replaceAll("_", " ")), unit } = wordsOf(path) ?? {};
  return unit ? `${label} (${unit})` : label;
}

/** What a field does: in this form's own words, or in those of its description. */
export function aboutOf(path: string, described: string): string {
  const about = wordsOf(path)?.about ?? sentence(described);
  return about === "" || /[.!?]$/.test(about) ? about : `${about}.`;
}

function wordsOf(path: string): FieldWords | undefined {
  return Object.hasOwn(WORDS, path) ? WORDS[path] : undefined;
}

function lastKey(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
