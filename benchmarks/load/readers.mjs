// Asks a server for the parts of a run at a fixed rate, whatever it answers, and keeps how long each answer took from the
// time at which it was due, so that waiting behind a slow one counts.
import { Agent, get } from "node:http";

const [url, runId, rate, rounds, clients] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const run = `/api/runs/${runId}`;
const some = (below) => Math.floor(Math.random() * below);
const clientId = () => `site-${String(some(Number(clients))).padStart(3, "0")}`;
const READS = {
  run: () => run,
  runs: () => "/api/runs?limit=50",
  rounds: () => `${run}/rounds?after=${some(Number(rounds))}&limit=100`,
  clients: () => `${run}/clients?limit=100`,
  "clients of a round": () => `${run}/rounds/${1 + some(Number(rounds))}/clients`,
  "rounds of a client": () => `${run}/clients/${clientId()}/rounds?limit=100`,
  "chart of the run": () => `${run}/metrics?of=run&thin=500`,
  "chart of a client": () => `${run}/metrics?client_id=${clientId()}&thin=500`,
  "values of a metric": () => `${run}/metrics?name=accuracy&of=run&limit=1000`,
  events: () => `${run}/events?after=${some(100_000)}&limit=100`,
};
const names = Object.keys(READS);
let latencies = new Map();
let failures = new Map();

function read(name, dueAt) {
  const note = (failure) => {
    if (failure === undefined) {
      const values = latencies.get(name) ?? [];
      values.push(performance.now() - dueAt);
      latencies.set(name, values);
    } else failures.set(`${name}: ${failure}`, (failures.get(`${name}: ${failure}`) ?? 0) + 1);
  };
  get(new URL(READS[name](), url), { agent }, (response) => {
    response.resume();
    response.on("end", () => note(response.statusCode === 200 ? undefined : response.statusCode));
    response.on("error", (error) => note(error.message));
  }).on("error", (error) => note(error.message));
}

let [count, startedAt] = [0, performance.now()];
setInterval(() => {
  const due = ((performance.now() - startedAt) / 1_000) * Number(rate);
  for (; count < due; count++) read(names[count % names.length], startedAt + (count / Number(rate)) * 1_000);
}, 2);

process.on("message", (question) => {
  process.send({ latencies: [...latencies], failures: [...failures] });
  if (question === "reset") [latencies, failures] = [new Map(), new Map()];
});
process.send("ready");
