import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSameProcess, processIdentity } from "./process-alive.js";

/** Says that this process uses the database of the folder; answers how to take that back. */
export async function addUser(folder: string): Promise<() => Promise<void>> {
  const users = usersFolder(folder);
  await mkdir(users, { recursive: true });
  // All in the name: a full disk still takes an empty file. By chance, because threads of a process count for themselves.
  const name = `${process.pid}-${randomBytes(4).toString("hex")}-${processIdentity(process.pid)}`;
  const path = join(users, name);
  await writeFile(path, "");
  return () => rm(path, { force: true });
}

/** How many users there are; those whose process is gone are struck off. */
export async function countUsers(folder: string): Promise<number> {
  const names = await readdir(usersFolder(folder)).catch(() => []);
  let count = 0;
  for (const name of names) {
    const [pid, , identity = ""] = name.split("-");
    if (isSameProcess(Number(pid), identity)) count += 1;
    else await rm(join(usersFolder(folder), name), { force: true });
  }
  return count;
}

function usersFolder(folder: string): string {
  return join(folder, "users");
}
