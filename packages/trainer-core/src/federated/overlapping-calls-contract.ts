import { fedBuff } from "@fedloom/fl-strategy";
import type { TrainingEvent } from "@fedloom/protocol";
import { describe, expect, it } from "vitest";
import { grammarFault } from "../testing/event-grammar.js";
import type { ClientReport, LocalPool } from "./client-pool.js";
import {
  type ContractPoolOptions,
  collect,
  contractOptions,
  contractRound,
  contractStart as start,
  contractTrain as train,
} from "./client-pool-subject.js";
import { createFederatedTrainer } from "./federated-trainer.js";

type Open = (changes?: Partial<ContractPoolOptions>) => LocalPool | Promise<LocalPool>;

const tasksOf = (clientIds: readonly string[], changes: Partial<typeof train> = {}) =>
  clientIds.map((clientId) => ({ clientId, config: { ...train, ...changes } }));
const forEver = { epochs: 1_000_000 };

/** Values by client. */
const valuesOf = (reports: readonly ClientReport[]) =>
  reports
    .flatMap((report) => (report.kind === "update" ? [report.update] : []))
    .map(({ clientId, round, values }) => `${clientId} of ${round}: ${values.join()}`)
    .sort();

/** What a pool that says that it is `overlapping` must do, whatever it does it with. */
export function describeOverlappingCalls(name: string, open: Open): void {
  describe(`${name}: the contract of overlapping calls`, () => {
    it("gives each call its own round, weights, broadcast and reports", async () => {
      await using pool = await open();
      expect(pool.overlapping).toBe(true);
      const { size } = pool.layout;
      const rounds = [1, 2, 3].map((round) => {
        const clientIds = pool.clients().map(({ clientId }) => clientId);
        return contractRound(pool, {
          round,
          tasks: tasksOf(clientIds.slice(round * 2 - 2, round * 2), { controlVariate: true }),
          globalWeights: start.map((value) => value / round),
          broadcast: { control: new Float32Array(size).fill(round / 100) },
        });
      });
      const together = await Promise.all(rounds.map((round) => collect(pool.train(round))));
      await using other = await open();
      for (const [i, round] of rounds.entries()) {
        const alone = await collect(other.train(round));
        expect(valuesOf(together[i] as ClientReport[])).toEqual(valuesOf(alone));
        expect(together[i]).toHaveLength(alone.length);
      }
    });

    it("ends the call that is aborted or left, and no other", async () => {
      await using pool = await open();
      const abort = new AbortController();
      const aborted = pool.train(
        contractRound(pool, { tasks: tasksOf(["client-1", "client-2"], forEver), signal: abort.signal }),
      );
      const left = pool.train(contractRound(pool, { tasks: tasksOf(["client-3"], forEver) }));
      const whole = pool.train(contractRound(pool, { tasks: tasksOf(["client-4", "client-5"]) }));
      const first = aborted[Symbol.asyncIterator]();
      expect((await first.next()).done).toBe(false);
      const second = left[Symbol.asyncIterator]();
      const waiting = second.next();
      const all = collect(whole);
      abort.abort();
      expect((await first.next()).done).toBe(true);
      expect((await waiting).done).toBe(false);
      await second.return?.();
      expect(valuesOf(await all)).toHaveLength(2);
      const tasks = tasksOf(["client-1", "client-2", "client-3"]);
      expect(valuesOf(await collect(pool.train(contractRound(pool, { tasks }))))).toHaveLength(3);
    });

    it("ends all when it is disposed of", async () => {
      const pool = await open();
      const call = (clientId: string) =>
        pool.train(contractRound(pool, { tasks: tasksOf([clientId], forEver) }));
      const first = call("client-1")[Symbol.asyncIterator]();
      const begun = first.next();
      const others = ["client-2", "client-3"].map((clientId) => collect(call(clientId)));
      expect((await begun).done).toBe(false);
      await pool[Symbol.asyncDispose]();
      expect((await first.next()).done).toBe(true);
      expect(valuesOf((await Promise.all(others)).flat())).toEqual([]);
    });

    it("refuses a client that is at a task, until it has reported", async () => {
      await using pool = await open();
      const ask = (round: number, ...clientIds: string[]) =>
        collect(pool.train(contractRound(pool, { round, tasks: tasksOf(clientIds) })));
      const refused = 'tasks: expected one for each client at a time, got a second for "client-2"';
      await expect(ask(1, "client-1", "client-2", "client-2")).rejects.toThrow(refused);
      const abort = new AbortController();
      const tasks = [...tasksOf(["client-2"]), ...tasksOf(["client-4"], forEver)];
      for await (const report of pool.train(contractRound(pool, { tasks, signal: abort.signal }))) {
        if (report.kind === "progress" && report.clientId === "client-2") {
          await expect(ask(2, "client-3", "client-2")).rejects.toThrow(refused);
        }
        if (report.kind !== "update") continue;
        expect(valuesOf(await ask(2, "client-2", "client-3"))).toHaveLength(2);
        abort.abort();
      }
      expect(valuesOf(await ask(3, "client-2", "client-4"))).toHaveLength(2);
    });

    it("evaluates and predicts while clients train", async () => {
      await using pool = await open();
      const signal = new AbortController().signal;
      const clientIds = pool.clients().map(({ clientId }) => clientId);
      const evaluation = { round: 1, clientIds, globalWeights: start, signal };
      const evaluate = async () =>
        Object.fromEntries((await collect(pool.evaluate(evaluation))).map((one) => [one.clientId, one]));
      const expected = [await evaluate(), await pool.predict(start, "val")];
      const globalWeights = start.map((value) => value + 1);
      const reports: ClientReport[] = [];
      for await (const report of pool.train(contractRound(pool, { globalWeights }))) {
        if (reports.length === 0)
          expect([await evaluate(), await pool.predict(start, "val")]).toEqual(expected);
        reports.push(report);
      }
      expect(valuesOf(reports)).toEqual(
        valuesOf(await collect(pool.train(contractRound(pool, { globalWeights })))),
      );
    });

    it("has clients of an asynchronous strategy answer in later rounds", async () => {
      const { data } = contractOptions();
      // The last one has a hundred times the work of the others.
      const shares = [0, 1, 2, 3, 4].map((i) =>
        Uint32Array.from({ length: i < 4 ? 8 : 800 }, (_, k) => (i + 5 * k) % data.train.numSamples),
      );
      await using pool = await open({ shares });
      const late = new Set<string>();
      const events: TrainingEvent[] = [];
      const trainer = createFederatedTrainer({
        runId: "01JD0000000000000000000000",
        experimentName: "test",
        seed: 1,
        initialWeights: start,
        about: { backend: "plain", dataset: "contract", model: "softmax" },
        pool,
        strategy: fedBuff({ bufferSize: 2, maxStaleness: 10_000 }),
        numRounds: 10_000,
        train,
        clientEvaluation: { numClasses: 3 },
      });
      for await (const event of trainer.run()) {
        events.push(event);
        if (event.type !== "client_complete") continue;
        const { clientId, status, metrics } = event.data;
        expect(status).toBe("ok");
        if ((metrics.staleness ?? 0) > 0) late.add(clientId);
        if (late.size > 1 && late.has("client-5")) trainer.stop("fast and slow ones were late");
      }
      expect(grammarFault(events, { overlapping: true })).toBeUndefined();
      expect(events.filter(({ type }) => type === "error")).toEqual([]);
      expect(events.at(-1)?.data).toMatchObject({ status: "stopped" });
    });
  });
}
