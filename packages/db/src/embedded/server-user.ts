import { chown, lstat, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** The user that PostgreSQL runs as, where that is not this process's own. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** "nobody" on most systems; only the number matters. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

/** PostgreSQL refuses to run as root; as anybody else it runs as that user, which is undefined here. */
export function serverUser(): ServerUser | undefined {
  return process.getuid?.() === 0 ? UNPRIVILEGED : undefined;
}

/** Whether the user can enter every folder above the path; always, if it is this process's own user. */
export async function canReach(path: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Gives a file or folder to the user. */
export async function giveTo(user: ServerUser | undefined, path: string): Promise<void> {
  if (!user) return;
  const { uid } = await lstat(path);
  if (uid !== user.uid) await chown(path, user.uid, user.gid);
}
