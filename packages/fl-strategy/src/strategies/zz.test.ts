import { it } from "vitest";
import { writeFileSync } from "node:fs";
import { vectorKernels } from "@fedloom/kernels";
import { cloud } from "../testing/watch-round.js";
it("x", { timeout: 300000 }, () => {
  const out: string[] = [];
  const k = vectorKernels();
  const rows = cloud(1, { count: 40, size: 200000 });
  for (let rep = 0; rep < 3; rep++) {
    let t = performance.now();
    k.squaredDistances(rows);
    out.push(`kernel ${performance.now() - t}`);
    t = performance.now();
    let s = 0;
    for (let i = 0; i < 40; i++) for (let j = i + 1; j < 40; j++) s += k.squaredNorm(rows[i]!, rows[j]!);
    out.push(`norms ${performance.now() - t}`);
    t = performance.now();
    const w = 2048;
    for (let c = 0; c < 200000; c += w) { const b = rows.map((r) => r.subarray(c, c + w)); for (let i = 0; i < 40; i++) for (let j = i + 1; j < 40; j++) s += k.squaredNorm(b[i]!, b[j]!); }
    out.push(`blocked norms ${performance.now() - t} ${s}`);
  }
  writeFileSync("/tmp/zz.json", out.join("\n"));
});
