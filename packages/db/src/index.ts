// Database

// Errors
export { DbError, type DbErrorCode } from "./errors.js";
export { type Database, type OpenDatabaseOptions, openDatabase } from "./open-database.js";
// Repositories
export type { EventRow, StoredEvent } from "./repositories/event-row.js";
export type { EventRepository } from "./repositories/events.js";
export type { MetricRepository } from "./repositories/metrics.js";
export type { NewRun, RunRepository } from "./repositories/runs.js";
