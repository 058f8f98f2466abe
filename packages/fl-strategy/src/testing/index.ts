export { type DescribedSubject, descriptionContract } from "./description-contract.js";
export { type ContractCheck, strategyContract } from "./strategy-contract.js";
