/** Most rounds whose clients are kept. */
export const MAX_CLIENT_ROUNDS = 200;
/** Most client entries kept over all rounds; the oldest rounds leave first. */
export const MAX_CLIENT_ENTRIES = 40_000;
/** Most rounds whose metrics are kept; a run has no more. */
export const MAX_ROUNDS = 10_000;
/** Most metrics whose spread among the clients of a round is worked out. */
export const MAX_SPREAD_METRICS = 8;
/** Most values of what is told about one round, and of the details of one evaluation. */
export const MAX_ROUND_VALUES = 1_024;
/** Most events kept of each type. */
export const MAX_LOG_PER_TYPE = 500;
export const MAX_ERRORS = 50;
/** Most publishers whose numbers are remembered. */
export const MAX_SOURCES = 256;
/** Events that are taken in at once while nothing is drawn. */
export const MAX_WAITING = 2_000;
