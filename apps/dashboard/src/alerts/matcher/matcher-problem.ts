import type { ApiError } from "../../api/errors.js";
import { problemSentence } from "../../new-run/config/problem-sentence.js";

/** What the server refuses of a matcher, by the wire name of its field; undefined where it refuses something else. */
export function matcherProblem(
  refusal: ApiError | undefined,
): { field: string; message: string } | undefined {
  const { field } = refusal ?? {};
  if (!refusal || !field?.startsWith("matcher.")) return undefined;
  return { field, message: problemSentence(refusal) };
}
