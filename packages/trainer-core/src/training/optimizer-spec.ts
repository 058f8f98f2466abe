/**
 * How gradients move weights, with the defaults of PyTorch:
 * - `sgd`: w -= lr g; with momentum m: v = m v + g, w -= lr v, or lr (g + m v) with Nesterov's
 * - `adam`: Kingma and Ba, "Adam", 2015, algorithm 1 (epsilon added to the root of the corrected second moment)
 *
 * Weight decay is added to the gradient for `sgd` (as L2 regularisation), and taken off the weights apart from the
 * gradient for `adam` (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019).
 */
export type OptimizerSpec =
  | {
      readonly name: "sgd";
      /** In [0, 1); default 0. */
      readonly momentum?: number;
      readonly nesterov?: boolean;
      /** Default 0. */
      readonly weightDecay?: number;
    }
  | {
      readonly name: "adam";
      /** Default 0.9. */
      readonly beta1?: number;
      /** Default 0.999. */
      readonly beta2?: number;
      /** Default 1e-8. */
      readonly epsilon?: number;
      /** Default 0. */
      readonly weightDecay?: number;
    };
