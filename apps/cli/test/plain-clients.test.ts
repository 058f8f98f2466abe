import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { RUN_ID, Stage } from "./stage.js";

const PYTHON = "/usr/bin/python3";
const stage = new Stage();
afterEach(() => stage.end());

function script(name: string): string {
  return fileURLToPath(new URL(`./python/${name}`, import.meta.url));
}

function hasWebsockets(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import websockets"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

// Debian's python3-websockets; where it is not installed these tests say that they were skipped.
describe.skipIf(!hasWebsockets())("five lines of Python with websockets", () => {
  it("that only connect and read see every event", async () => {
    const relay = await stage.relay();
    const reader = stage.own(spawn(PYTHON, [script("read.py"), relay.url, "3"]), (child) => child.kill());
    const closed = once(reader, "close");
    let output = "";
    reader.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await expect.poll(() => output).toContain("welcome\n");
    const { sender, sendRound } = await stage.sender(relay.url);
    for (const round of [1, 2, 3]) sendRound(round);
    expect(await sender.flush()).toBe(true);
    expect((await closed)[0]).toBe(0);
    // On a machine that is slow the stream is quiet for long enough.
    expect(output.replaceAll("heartbeat\n", "")).toBe(
      `welcome\nround_start ${RUN_ID} 1\nround_start ${RUN_ID} 2\nround_start ${RUN_ID} 3\n`,
    );
  });

  it("that only send an event are seen by viewers", async () => {
    const relay = await stage.relay();
    const viewer = stage.own(new WebSocket(relay.url), (socket) => socket.terminate());
    const seen = new Promise((resolve) => {
      viewer.on("message", (frame) => {
        const event = JSON.parse(frame.toString());
        if (event.type === "training_mode") resolve(event.data);
      });
    });
    await once(viewer, "open");
    await promisify(execFile)(PYTHON, [script("send.py"), relay.url, RUN_ID]);
    expect(await seen).toEqual({ run_id: RUN_ID, is_federated: true, num_rounds: 5, num_clients: 3 });
  });
});
