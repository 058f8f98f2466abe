export { type ContractCheck, strategyContract } from "./strategy-contract.js";
