import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent, jsonCodec, toWireEvent, type WireEvent } from "@fedloom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileSpool, type FileSpoolOptions } from "./file-spool.js";
import { removeOldSpools } from "./remove-old-spools.js";
import type { Spool } from "./spool.js";
import { scanSpool } from "./stored-spool.js";

const runId = "01JD0000000000000000000000";
let directory = "";
const open: FileSpool[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fedloom-spool-"));
});

afterEach(async () => {
  for (const spool of open.splice(0)) await spool.close();
  await rm(directory, { recursive: true });
});

function openSpool(options: FileSpoolOptions = {}, source = "s"): FileSpool {
  const spool = new FileSpool({ runId, source }, { directory, ...options });
  open.push(spool);
  return spool;
}

function add(spool: Spool, count = 1, { text = "", isGauge = false, source = "s" } = {}): void {
  for (let n = 0; n < count; n++) {
    const seq = spool.lastSeq + 1;
    const wire = toWireEvent(
      createEvent("round_start", { runId, round: seq, totalRounds: 9, participatingClients: 1 }),
    );
    const event: WireEvent = { ...wire, data: { ...wire.data, text }, meta: { source, seq } };
    spool.append({ seq, frame: jsonCodec.encode(event), isGauge }, event);
  }
}

async function seqsIn(spool: Spool): Promise<number[]> {
  const seqs: number[] = [];
  for (let seq = 0; ; seq = seqs.at(-1) ?? seq) {
    const records = await spool.read(seq, 1_000);
    if (records.length === 0) return seqs;
    seqs.push(...records.map((record) => record.seq));
  }
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe("a spool file that is removed", () => {
  it("leaves what is in memory to send, and says so", async () => {
    const spool = openSpool();
    for (let n = 0; n < 40; n++) add(spool, 1, { text: "x".repeat(40_000) });
    await expect.poll(() => spool.numSpooled).toBe(40);
    add(spool);
    await rm(spool.path);
    const seqs = await seqsIn(spool);
    expect(seqs.at(-1)).toBe(41);
    expect(seqs).toEqual(upTo(41).slice(41 - seqs.length));
    expect(spool.failure).toMatch(/ENOENT/);
  });
});

describe("a spool file", () => {
  it("is plain JSON, one event a line, with a small snapshot beside it", async () => {
    const spool = openSpool({ experimentName: "../../etc/passwd" });
    add(spool, 2);
    spool.acknowledge(1);
    await spool.close();
    expect(spool.path).toBe(join(directory, `-etc-passwd_${runId}.jsonl`));
    const lines = (await readFile(spool.path, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).data.round)).toEqual([1, 2]);
    expect(JSON.parse(await readFile(spool.snapshotPath, "utf8"))).toMatchObject({
      run_id: runId,
      last_event: "round_start",
      round: 2,
      total_rounds: 9,
      sources: { s: { last: 2, acknowledged: 1 } },
    });
  });

  it("goes on in a new process where the last one ended, whoever else wrote to it", async () => {
    const first = openSpool();
    add(first, 3);
    first.acknowledge(2);
    await first.close();
    const other = openSpool({}, "other");
    add(other, 1, { source: "other" });
    await other.close();
    const second = openSpool();
    expect([second.lastSeq, second.acknowledged]).toEqual([3, 2]);
    add(second, 2);
    expect(await seqsIn(second)).toEqual([1, 2, 3, 4, 5]);
  });

  it("keeps memory small: what left it is read back from the file", async () => {
    const spool = openSpool();
    for (let n = 0; n < 12; n++) {
      add(spool, 50, { text: "x".repeat(5_000) });
      await expect.poll(() => spool.numSpooled).toBe(spool.lastSeq);
    }
    expect(spool.read(0, 1)).toBeInstanceOf(Promise);
    expect(spool.read(550, 1)).toBeInstanceOf(Array);
    expect(await seqsIn(spool)).toEqual(upTo(600));
  });

  it("gives every whole record before and after a tear at any byte", async () => {
    const spool = openSpool();
    add(spool, 3);
    await spool.close();
    const whole = await readFile(spool.path);
    const lines = whole.toString().split("\n").slice(0, 3);
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(spool.path, whole.subarray(0, length));
      const torn = openSpool();
      let [numWhole, end] = [0, 0];
      for (const line of lines) {
        end += line.length + 1;
        if (end <= length) numWhole++;
      }
      // A line that lacks only its newline is whole.
      const isWholeAtEnd = lines.some((_, n) => lines.slice(0, n + 1).join("\n").length === length);
      const lastSeq = numWhole + (isWholeAtEnd ? 1 : 0);
      expect(torn.lastSeq).toBe(lastSeq);
      add(torn, 2);
      await torn.close();
      expect(await seqsIn(openSpool())).toEqual(upTo(lastSeq + 2));
    }
  });

  it("skips a damaged record and counts it", async () => {
    const spool = openSpool();
    add(spool, 5);
    await spool.close();
    const bytes = await readFile(spool.path);
    const line = bytes.indexOf("\n") + 1;
    for (const place of [line, line + 30, line + 90]) {
      const damaged = Buffer.from(bytes);
      damaged[place] = (damaged[place] ?? 0) ^ 0x01;
      await writeFile(spool.path, damaged);
      expect(await seqsIn(openSpool())).toEqual([1, 3, 4, 5]);
      expect(await scanSpool(spool.path)).toMatchObject({
        numDamaged: 1,
        sources: [{ source: "s", numRecords: 4 }],
      });
    }
  });

  it("says so when the disk is full and goes on from memory", async () => {
    const full = openSpool();
    await full.close();
    await rm(full.path, { force: true });
    await symlink("/dev/full", full.path);
    const spool = openSpool();
    add(spool, 5);
    await expect.poll(() => spool.failure).toContain("ENOSPC");
    expect((await spool.read(0, 10_000)).map(({ seq }) => seq)).toEqual(upTo(5));
    expect([spool.numSpooled, spool.numDropped]).toEqual([0, 0]);
    for (let n = 0; n < 30; n++) add(spool, 10, { text: "x".repeat(5_000) });
    expect(spool.numDropped).toBeGreaterThan(0);
    const [newest] = await spool.read(304, 1);
    expect(newest?.seq).toBe(305);
  });

  it("says so where no folder can be made", () => {
    const spool = openSpool({ directory: "/dev/null/logs" });
    add(spool, 1);
    expect(spool.failure).toContain("ENOTDIR");
  });

  it("stops to grow at its limit, gauges first", async () => {
    const spool = openSpool({ maxBytes: 2_000 });
    for (let n = 0; n < 20; n++) add(spool, 1, { isGauge: n % 2 === 1 });
    await spool.close();
    expect((await stat(spool.path)).size).toBeLessThan(2_600);
    expect(spool.failure).toContain("limit of 2000 bytes");
    const { sources } = await scanSpool(spool.path);
    expect(sources[0]?.numRecords).toBe(spool.numSpooled);
    expect((await spool.read(0, 100_000)).length).toBe(20);
  });

  it("is removed when it is old and the relay has it, never before", async () => {
    const file = async (name: string, acknowledged: number, days: number) => {
      const spool = openSpool({ experimentName: name });
      add(spool, 2);
      spool.acknowledge(acknowledged);
      await spool.close();
      const time = new Date(Date.now() - days * 24 * 60 * 60 * 1_000);
      for (const path of [spool.path, spool.snapshotPath]) await utimes(path, time, time);
    };
    await file("young", 2, 29);
    await file("unsent", 1, 90);
    await file("old", 2, 31);
    await removeOldSpools(directory, 30);
    const names = (await readdir(directory)).map((name) => name.split("_")[0]);
    expect([...new Set(names)].sort()).toEqual(["unsent", "young"]);
  });
});
