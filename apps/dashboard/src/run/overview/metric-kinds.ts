/** A metric that every evaluation has. */
export interface MetricKind {
  /** As it is named on the wire. */
  name: string;
  title: string;
  /** Never leaves 0 to 1. */
  isShare: boolean;
}

/** Those that are shown by themselves, the most telling first. */
export const metricKinds: readonly MetricKind[] = [
  { name: "loss", title: "Loss", isShare: false },
  { name: "auroc", title: "AUC", isShare: true },
  { name: "accuracy", title: "Accuracy", isShare: true },
  { name: "precision", title: "Precision", isShare: true },
  { name: "recall", title: "Recall", isShare: true },
  { name: "f1", title: "F1", isShare: true },
];

/** Which of those that there are the reader wants to see: all, until some were chosen. */
export function chosenKinds(
  available: readonly MetricKind[],
  chosen: readonly string[],
): readonly MetricKind[] {
  const wanted = available.filter(({ name }) => chosen.includes(name));
  return wanted.length > 0 ? wanted : available;
}
