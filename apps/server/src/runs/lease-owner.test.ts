import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { LeaseOwners } from "./lease-owner.js";

it.runIf(process.platform === "linux")(
  "knows of a process of this machine that it is gone, of no other",
  async () => {
    const owners = new LeaseOwners("ho/st");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"]);
    const owner = owners.nameOf(child.pid ?? 0, "part");
    expect(owner).toMatch(new RegExp(`^ho-st/[0-9a-f]{8}\\.\\d+/${child.pid}\\.\\d+/part$`));
    expect(owners.isGone(owner)).toBe(false);
    expect(owners.isGone(owner.replace(/\d\/part/, "x/part"))).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(owners.isGone(owner)).toBe(true);
    expect(owners.isGone(owner.replace("ho-st", "other"))).toBe(false);
    expect(owners.isGone(owner.replace(/\.\d+\//, ".1/"))).toBe(false);
    expect(owners.isGone("somebody")).toBe(false);
  },
);
