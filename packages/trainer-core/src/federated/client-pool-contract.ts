import { type ClientTask, fedAvg, poolMetrics, type Strategy, scaffold } from "@fedloom/fl-strategy";
import { describe, expect, it } from "vitest";
import type { Samples } from "../data/dataset.js";
import { clientReport } from "../metrics/client-report.js";
import { predictionsOf } from "../metrics/predictions.js";
import { resolveModel } from "../models/resolve-model.js";
import type { ClientReport, LocalPool } from "./client-pool.js";
import {
  type ContractPoolOptions,
  collect,
  contractModel,
  contractOptions,
  contractRound,
  NUM_CLASSES,
  NUM_FEATURES,
  playRounds,
  contractStart as start,
  contractTrain as train,
} from "./client-pool-subject.js";

import { describeOverlappingCalls } from "./overlapping-calls-contract.js";

export type OpenContractPool = (options: ContractPoolOptions) => LocalPool | Promise<LocalPool>;

const { layout } = resolveModel(contractModel);

const outcomesOf = (reports: readonly ClientReport[]) =>
  reports.flatMap((report) =>
    report.kind === "update"
      ? [`${report.update.clientId} update`]
      : report.kind === "failed"
        ? [`${report.clientId} ${report.status}`]
        : [],
  );

/** What every pool on this machine must do, whatever it does it with. */
export function describeClientPool(name: string, openPool: OpenContractPool): void {
  const open = (changes: Partial<ContractPoolOptions> = {}) => openPool({ ...contractOptions(), ...changes });

  describeOverlappingCalls(name, open);

  describe(`${name}: the contract of client pools`, () => {
    it("names its clients, whose order is that of the shares", async () => {
      await using pool = await open();
      expect(pool.clients()).toEqual(
        [20, 40, 15, 85, 40].map((numSamples, i) => ({ clientId: `client-${i + 1}`, numSamples })),
      );
      expect(pool.layout).toEqual(layout);
    });

    it("reports each epoch, then one update for each task", async () => {
      await using pool = await open();
      const reports = await collect(pool.train(contractRound(pool)));
      expect(outcomesOf(reports).sort()).toEqual([1, 2, 3, 4, 5].map((i) => `client-${i} update`));
      for (const { clientId, numSamples } of pool.clients()) {
        const own = reports.filter((report) =>
          report.kind === "update" ? report.update.clientId === clientId : report.clientId === clientId,
        );
        expect(own.map(({ kind }) => kind)).toEqual(["progress", "progress", "update"]);
        expect(own[1]).toMatchObject({ epoch: 2, totalEpochs: 2, learningRate: 0.1 });
        const { update, bytesDown, bytesUp, durationMs } = own[2] as Extract<
          ClientReport,
          { kind: "update" }
        >;
        expect(update).toMatchObject({ round: 1, form: "weights", numSamples });
        expect(update.numSteps).toBe(2 * Math.ceil(numSamples / 8));
        expect(update.metrics.train_loss).toBeGreaterThan(0);
        expect(update.metrics).not.toHaveProperty("initial_loss");
        expect([bytesDown, bytesUp]).toEqual([layout.size * 4, layout.size * 4]);
        expect(durationMs).toBeGreaterThan(0);
      }
    });

    it("leaves progress out where nobody wants it", async () => {
      await using pool = await open({ progress: false });
      const reports = await collect(pool.train(contractRound(pool)));
      expect(reports.map(({ kind }) => kind)).toEqual(Array(5).fill("update"));
    });

    it("gives updates memory of their own unless they are borrowed", async () => {
      await using pool = await open();
      const updates = (reports: ClientReport[]) =>
        reports.flatMap((report) => (report.kind === "update" ? [[...report.update.values].join()] : []));
      const kept = updates(await collect(pool.train(contractRound(pool))));
      const read: string[] = [];
      for await (const report of pool.train(contractRound(pool, { borrowsUpdates: true }))) {
        read.push(...updates([report]));
      }
      expect(kept.sort()).toEqual(read.sort());
      expect(new Set(kept).size).toBe(5);
    });

    it("reports a client that throws, and one that it does not know, at no cost to others", async () => {
      await using pool = await open();
      const tasks: ClientTask[] = [
        { clientId: "client-4", config: { ...train, batchSize: 0 } },
        { clientId: "client-99", config: train },
        { clientId: "client-1", config: train },
      ];
      const reports = await collect(pool.train(contractRound(pool, { tasks })));
      expect(outcomesOf(reports).sort()).toEqual(["client-1 update", "client-4 failed", "client-99 failed"]);
      const errors = reports.flatMap((report) => (report.kind === "failed" ? [report.error] : []));
      expect(errors.sort()).toEqual([
        "batchSize: expected an integer >= 1, got 0",
        'clientId: expected one of this pool, got "client-99"',
      ]);
    });

    it("measures the loss of the weights it was given, where it is asked for", async () => {
      await using pool = await open();
      const tasks = [{ clientId: "client-2", config: { ...train, initialLoss: true } }];
      const [report] = (await collect(pool.train(contractRound(pool, { tasks })))).slice(-1);
      const { metrics } = (report as Extract<ClientReport, { kind: "update" }>).update;
      expect(metrics.initial_loss).toBeGreaterThan(metrics.train_loss as number);
    });

    it("ends within the batch when the round is aborted, and is ready for the next", async () => {
      await using pool = await open();
      const abort = new AbortController();
      const tasks = pool
        .clients()
        .map(({ clientId }) => ({ clientId, config: { ...train, epochs: 1_000_000 } }));
      const seen: ClientReport[] = [];
      for await (const report of pool.train(contractRound(pool, { tasks, signal: abort.signal }))) {
        seen.push(report);
        abort.abort();
      }
      expect(seen.map(({ kind }) => kind)).toEqual(["progress"]);
      expect(outcomesOf(await collect(pool.train(contractRound(pool))))).toHaveLength(5);
    });

    it("does not begin where the round was aborted before", async () => {
      await using pool = await open();
      expect(await collect(pool.train(contractRound(pool, { signal: AbortSignal.abort() })))).toEqual([]);
    });

    it("ends when the reader leaves, and lets nobody in before where updates are borrowed", async () => {
      await using pool = await open();
      const tasks = pool
        .clients()
        .map(({ clientId }) => ({ clientId, config: { ...train, epochs: 1_000_000 } }));
      for await (const _ of pool.train(contractRound(pool, { tasks, borrowsUpdates: true }))) {
        await expect(pool.predict(start, "test")).rejects.toThrow("got predict during train");
        break;
      }
      expect(outcomesOf(await collect(pool.train(contractRound(pool))))).toHaveLength(5);
    });

    it("ends when it is disposed of in the middle of a round", async () => {
      const pool = await open();
      const tasks = pool
        .clients()
        .map(({ clientId }) => ({ clientId, config: { ...train, epochs: 1_000_000 } }));
      const reader = pool.train(contractRound(pool, { tasks }))[Symbol.asyncIterator]();
      expect((await reader.next()).done).toBe(false);
      await pool[Symbol.asyncDispose]();
      expect((await reader.next()).done).toBe(true);
      await expect(collect(pool.train(contractRound(pool)))).rejects.toThrow("disposed of");
    });

    it("evaluates on holdouts: pooled metrics are those of all samples together", async () => {
      await using pool = await open();
      const { data, holdouts } = contractOptions();
      const clientIds = pool.clients().map(({ clientId }) => clientId);
      const signal = new AbortController().signal;
      const evaluations = await collect(pool.evaluate({ round: 1, clientIds, globalWeights: start, signal }));
      const reports = evaluations.flatMap((one) => (one.kind === "evaluation" ? [one] : []));
      expect(reports.map(({ clientId }) => clientId).sort()).toEqual(clientIds);
      const pooled = poolMetrics(reports, { numClasses: NUM_CLASSES });
      const joined = Uint32Array.from(holdouts.flatMap((holdout) => [...holdout]));
      const outputs = await pool.predict(start, "val");
      expect(outputs).toHaveLength(700 * NUM_CLASSES);
      await using one = await open({ data: { ...data, test: samplesAt(data.train, joined) } });
      const task = { loss: "softmaxCrossEntropy", numOutputs: NUM_CLASSES } as const;
      const together = clientReport(
        predictionsOf(await one.predict(start, "test"), samplesAt(data.train, joined), task),
      );
      const expected = poolMetrics([{ clientId: "all", report: together }], { numClasses: NUM_CLASSES });
      expect(pooled.metrics.loss).toBeCloseTo(expected.metrics.loss as number, 10);
      expect({ ...pooled.metrics, loss: 0 }).toEqual({ ...expected.metrics, loss: 0 });
      expect(pooled.coverage.confusion).toEqual({ numClients: 5, numSamples: 60 });
    });

    it("reports clients that cannot evaluate", async () => {
      await using pool = await open({ holdouts: contractOptions().shares.map(() => new Uint32Array()) });
      const signal = new AbortController().signal;
      const clientIds = ["client-1", "nobody"];
      const reports = await collect(pool.evaluate({ round: 1, clientIds, globalWeights: start, signal }));
      expect(reports.map((report) => report.kind === "failed" && report.error).sort()).toEqual([
        'clientId: expected one of this pool, got "nobody"',
        "holdouts: expected samples for client-1, got none",
      ]);
    });

    it("stops predicting when it is told to", async () => {
      await using pool = await open();
      await expect(pool.predict(start, "val", AbortSignal.abort(new Error("enough")))).rejects.toThrow(
        "enough",
      );
    });

    it("keeps SCAFFOLD's control variates between rounds", async () => {
      await using pool = await open();
      const fresh: (boolean | undefined)[] = [];
      for (const round of [1, 2]) {
        const tasks = pool
          .clients()
          .map(({ clientId }) => ({ clientId, config: { ...train, controlVariate: true } }));
        const broadcast = { control: new Float32Array(layout.size).fill(0.01) };
        for await (const report of pool.train(contractRound(pool, { round, tasks, broadcast }))) {
          if (report.kind !== "update") continue;
          fresh.push(report.update.startedFresh);
          expect(report.update.vectors?.control).toHaveLength(layout.size);
          expect(report.bytesUp).toBe(2 * layout.size * 4);
        }
      }
      expect(fresh).toEqual([true, true, true, true, true, false, false, false, false, false]);
    });

    it("learns with FedAvg and SCAFFOLD, the same in every run", async () => {
      for (const strategy of [fedAvg(), scaffold()] as Strategy[]) {
        const runs: string[] = [];
        for (let run = 0; run < 2; run += 1) {
          await using pool = await open();
          runs.push((await playRounds(pool, { strategy, numRounds: 3 })).weights.join());
        }
        expect(runs[0]).toBe(runs[1]);
        expect(runs[0]).not.toBe(start.join());
      }
    });
  });
}

function samplesAt({ features, labels }: Samples, indices: Uint32Array): Samples {
  const rows = [...indices].flatMap((i) => [
    ...(features as Float32Array).subarray(i * NUM_FEATURES, (i + 1) * NUM_FEATURES),
  ]);
  return {
    numSamples: indices.length,
    features: Float32Array.from(rows),
    labels: Uint8Array.from(indices, (i) => labels[i] as number),
  };
}
