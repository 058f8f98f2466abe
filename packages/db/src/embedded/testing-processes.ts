import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/** What a process answers. */
export type Answer = "open" | "closed" | { readonly rows?: unknown[]; readonly error?: string };

/** A process of its own that uses an embedded database. */
export interface TestingUser {
  readonly child: ChildProcess;
  /** What it says next. */
  answer(): Promise<Answer>;
  /** Has it run a query, once; or `close`. */
  ask(order: string): Promise<Answer>;
  /** Resolves when it is gone, with the code that it ended with. */
  readonly gone: Promise<number | null>;
}

export interface TestingProcesses extends AsyncDisposable {
  start(dataDir: string, options?: { uid?: number }): TestingUser;
}

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Builds `testing-user.ts`; ends every process that is left when disposed of. */
export async function buildTestingProcesses(): Promise<TestingProcesses> {
  const folder = await mkdtemp(join(packageFolder, "node_modules", ".testing-user-"));
  // Another user may have to read it.
  await chmod(folder, 0o755);
  await build({
    config: false,
    entry: { user: join(packageFolder, "src", "embedded", "testing-user.ts") },
    outDir: folder,
    format: "esm",
    target: "es2022",
    platform: "node",
    silent: true,
  });
  const users: TestingUser[] = [];
  return {
    start(dataDir, { uid } = {}) {
      const child = fork(join(folder, "user.js"), [dataDir], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
        ...(uid !== undefined && { uid, gid: uid }),
      });
      const answers: Answer[] = [];
      child.on("message", (message) => answers.push(message as Answer));
      const gone = once(child, "exit").then(([code]) => code as number | null);
      const answer = async () => {
        while (answers.length === 0) {
          const ended = await Promise.race([once(child, "message").then(() => false), gone.then(() => true)]);
          if (ended && answers.length === 0) throw new Error("the process ended without an answer");
        }
        return answers.shift() as Answer;
      };
      const ask = (order: string) => {
        child.send(order);
        return answer();
      };
      const user = { child, gone, answer, ask };
      users.push(user);
      return user;
    },
    async [Symbol.asyncDispose]() {
      for (const { child } of users) child.kill("SIGKILL");
      await Promise.all(users.map(({ gone }) => gone));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
