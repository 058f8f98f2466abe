// Database

// Errors
export { DbError, type DbErrorCode } from "./errors.js";
export { type Database, type OpenDatabaseOptions, openDatabase } from "./open-database.js";
// Repositories: operation
export type { DueAlertDelivery, NewAlertDelivery } from "./repositories/alert-deliveries.js";
export type { AlertQuery, AlertRow, AlertSeverity } from "./repositories/alert-history.js";
export type { AlertRouteRow, AlertRuleRow, AlertSilenceRow } from "./repositories/alert-settings.js";
export type { AlertRepository } from "./repositories/alerts.js";
// Repositories: runs
export type {
  CheckpointRecord,
  CheckpointRepository,
  NewCheckpoint,
  StoredClientState,
} from "./repositories/checkpoints.js";
// Repositories: events and what they tell
export type { EncodedEventRow, EventRow, StoredEvent } from "./repositories/event-row.js";
export type { EventPage, EventRepository } from "./repositories/events.js";
export type {
  HostRecord,
  HostRepository,
  HostSample,
  SystemHistoryLine,
  SystemHistoryQuery,
} from "./repositories/hosts.js";
export { isMetricCursor, type MetricCursor } from "./repositories/metric-cursor.js";
export type {
  MetricQuery,
  MetricRepository,
  SeriesRecord,
  ThinnedSeries,
} from "./repositories/metrics.js";
export type { ModelKind, ModelRecord, ModelRepository, NewModel } from "./repositories/models.js";
export type { ClientRecord, ClientRoundRecord, RoundRecord, RoundRepository } from "./repositories/rounds.js";
export type {
  LeasedRun,
  NewRun,
  NoteDeath,
  PruneQuery,
  RunLease,
  RunQuery,
  RunRepository,
  Settle,
  SilenceLimits,
  TakeNext,
  UnfinishedRun,
} from "./repositories/runs.js";
export type { NewToken, TokenRepository, TokenRole, TokenRow } from "./repositories/tokens.js";
export type { WantedState } from "./schema/runs.js";
