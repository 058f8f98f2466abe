/**
 * Area under the ROC curve: the probability that a positive sample scores higher than a negative one, ties counted half
 * (Hanley and McNeil, 1982). Exact, from ranks. NaN without samples of both classes, or with a score that is NaN.
 */
export function auroc(scores: Float32Array, labels: Uint8Array): number {
  const order = Uint32Array.from(scores, (_, index) => index).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  let numPositive = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] as number] as number;
    if (Number.isNaN(score)) return Number.NaN;
    let end = start + 1;
    while (end < order.length && scores[order[end] as number] === score) end += 1;
    // Equal scores share the mean of their ranks, which count from 1.
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i += 1) {
      if (labels[order[i] as number] !== 1) continue;
      numPositive += 1;
      rankSum += rank;
    }
    start = end;
  }
  const numNegative = order.length - numPositive;
  return (rankSum - (numPositive * (numPositive + 1)) / 2) / (numPositive * numNegative);
}
