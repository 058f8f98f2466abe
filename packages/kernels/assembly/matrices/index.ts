export * from "./products";
export * from "./layers";
