/** Whether a run goes on after a round. */
export type Decision =
  | { readonly decision: "continue" }
  | { readonly decision: "stop"; readonly reason: string }
  /** Stop, and take the weights of an earlier round. */
  | { readonly decision: "rollback"; readonly round: number; readonly reason: string };
