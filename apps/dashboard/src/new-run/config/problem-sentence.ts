/** A sentence about a refused field: `Expected a number, received nothing.` */
export function problemSentence(problem: {
  expected?: string | undefined;
  received?: string | undefined;
  message?: string | undefined;
}): string {
  const { expected, received, message = "This cannot be used" } = problem;
  if (expected === undefined) return `${message}.`;
  return received === undefined ? `Expected ${expected}.` : `Expected ${expected}, received ${received}.`;
}
