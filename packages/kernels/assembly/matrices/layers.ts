export * from "./activations";
export * from "./bytes";
export * from "./column-sums";
export * from "./elementwise";
export * from "./loss";
export * from "./normalization";
export * from "./optimizers";
export * from "./pooling";
