// Events of a federated run, as a trainer publishes them, already encoded.

/** Clients of a round, and how often each says how far it is. */
const CLIENTS = 20;
const PROGRESS = 3;
const METRICS_EVENTS = 4;
/** What one round comes to. */
export const EVENTS_OF_A_ROUND = 3 + CLIENTS * (PROGRESS + 1) + METRICS_EVENTS;
export const MIXTURE = `a round: round_start, ${CLIENTS * PROGRESS} client_progress, ${CLIENTS} client_complete with 5 metrics, ${METRICS_EVENTS} metrics with 2, round_end with 2 x 5, round_metrics with 5`;

/** Metric values in one round: what becomes points. */
export const POINTS_OF_A_ROUND = CLIENTS * 5 + METRICS_EVENTS * 2 + 15;

/** Endless JSON texts of events of a run; numbers come from a generator of its own, so that two runs are alike. */
export function* runEvents(runId, source = "trainer") {
  let state = 12_345;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
  let seq = 0;
  const event = (type, data) => {
    const timestamp = new Date(1_790_000_000_000 + seq * 10).toISOString();
    return JSON.stringify({
      type,
      timestamp,
      data: { run_id: runId, ...data },
      meta: { source, seq: ++seq },
    });
  };
  const metrics = () => ({
    loss: random(),
    accuracy: random(),
    precision: random(),
    recall: random(),
    f1: random(),
  });
  for (let round = 1; ; round++) {
    const place = { round, total_rounds: 1_000_000 };
    yield event("round_start", { ...place, participating_clients: CLIENTS });
    for (let epoch = 1; epoch <= PROGRESS; epoch++)
      for (let client = 1; client <= CLIENTS; client++)
        yield event("client_progress", {
          round,
          client_id: `site-${client}`,
          local_epoch: epoch,
          total_local_epochs: PROGRESS,
          train_loss: random(),
          learning_rate: 0.01,
        });
    for (let client = 1; client <= CLIENTS; client++)
      yield event("client_complete", {
        round,
        client_id: `site-${client}`,
        num_samples: 600,
        metrics: metrics(),
        duration_ms: 1_000 * random(),
        bytes_up: 54_568,
        bytes_down: 54_568,
        status: "ok",
      });
    for (let i = 0; i < METRICS_EVENTS; i++)
      yield event("metrics", {
        step: METRICS_EVENTS * round + i,
        phase: "train",
        metrics: { loss: random(), learning_rate: 0.01 },
      });
    yield event("round_end", {
      ...place,
      fit_metrics: metrics(),
      eval_metrics: metrics(),
      duration_ms: 1_000 * random(),
    });
    yield event("round_metrics", { ...place, metrics: metrics() });
  }
}
