import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRunSecret } from "./run-secret.js";

const RUN_A = "01JD0000000000000000000000";
const RUN_B = "01JD0000000000000000000001";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fedloom-secret-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the runs' own tokens", () => {
  it("publish one run, and nothing else", () => {
    const secret = openRunSecret(folder);
    const token = secret.tokenFor(RUN_A);
    expect(secret.grantOf(token)).toEqual({ role: "publisher", runId: RUN_A });
    expect(token).not.toBe(secret.tokenFor(RUN_B));
    for (const forged of [
      token.replace(RUN_A, RUN_B),
      `${token.slice(0, -2)}AA`,
      `${token}x`,
      token.slice(0, -1),
      `fedloom_run_${RUN_A}_`,
      "",
    ]) {
      expect(secret.grantOf(forged)).toBeUndefined();
    }
  });

  it("are good for the next server of the same folder, and for no other", () => {
    const inside = join(folder, "data");
    const token = openRunSecret(inside).tokenFor(RUN_A);
    expect(openRunSecret(inside).grantOf(token)).toEqual({ role: "publisher", runId: RUN_A });
    expect(openRunSecret(folder).grantOf(token)).toBeUndefined();
    expect(statSync(join(inside, "secret")).mode & 0o777).toBe(0o600);
    expect(readdirSync(inside)).toEqual(["secret"]);
  });

  it("are made anew when the file is damaged", () => {
    for (const damaged of ["", "0".repeat(64), `${"0".repeat(63)}\n`]) {
      writeFileSync(join(folder, "secret"), damaged);
      const token = openRunSecret(folder).tokenFor(RUN_A);
      expect(openRunSecret(folder).grantOf(token)).toBeDefined();
    }
  });

  it("work without a folder to keep them in, until the server ends", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    chmodSync(file, 0o400);
    const secret = openRunSecret(join(file, "data"));
    expect(secret.problem).toBe("no secret could be kept in the data folder (ENOTDIR)");
    expect(secret.grantOf(secret.tokenFor(RUN_A))).toBeDefined();
  });
});
