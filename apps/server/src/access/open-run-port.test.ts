import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Relay } from "@fedloom/relay";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestCertificate } from "../../../../packages/relay/src/testing-certificate.js";
import { openRunPort } from "./open-run-port.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedloom-run-port-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("openRunPort", () => {
  it("is the same for the next server, and another while it is taken", async () => {
    const first = new Relay();
    const url = await openRunPort(first, folder);
    await using second = new Relay();
    const other = await openRunPort(second, folder);
    expect(other).not.toBe(url);
    await first.close();
    await second.close();
    await using third = new Relay();
    expect(await openRunPort(third, folder)).toBe(other);
  });

  it("does without TLS, and without a folder that can be written", async () => {
    await writeFile(join(folder, "run-port"), "99999\n");
    await using relay = new Relay({ tls: createTestCertificate() });
    const url = await openRunPort(relay, join(folder, "missing"));
    expect((await fetch(url.replace("ws:", "http:"))).status).toBe(426);
  });
});
