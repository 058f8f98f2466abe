export declare const LARGE_RUN_ID: string;
export declare function fillLargeRun(folder: string, numRounds: number, numClients: number): Promise<void>;
