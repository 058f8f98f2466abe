import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isProcessAlive } from "./process-alive.js";

let counter = 0;

/** Says that this process uses the database of the folder; answers how to take that back. */
export async function addUser(folder: string): Promise<() => Promise<void>> {
  const users = usersFolder(folder);
  await mkdir(users, { recursive: true });
  counter += 1;
  const path = join(users, `${process.pid}-${counter}`);
  await writeFile(path, "");
  return () => rm(path, { force: true });
}

/** How many users there are; those whose process is gone are struck off. */
export async function countUsers(folder: string): Promise<number> {
  const names = await readdir(usersFolder(folder)).catch(() => []);
  let count = 0;
  for (const name of names) {
    if (isProcessAlive(Number(name.split("-")[0]))) count += 1;
    else await rm(join(usersFolder(folder), name), { force: true });
  }
  return count;
}

/** Strikes everybody off: nobody can use a database that does not run, whatever the numbers of old processes say. */
export function clearUsers(folder: string): Promise<void> {
  return rm(usersFolder(folder), { recursive: true, force: true });
}

function usersFolder(folder: string): string {
  return join(folder, "users");
}
