import type { Socket } from "node:net";
import { join } from "node:path";
import { DbError } from "../errors.js";
import { findBinaries } from "./binaries.js";
import { openCluster, ROLE } from "./create-cluster.js";
import { withFolderLock } from "./folder-lock.js";
import { createSocketOpener } from "./open-socket.js";
import { preparePlace } from "./place.js";
import { ensurePostmaster, stopPostmaster } from "./postmaster.js";
import { postmasterState } from "./postmaster-state.js";
import { serverUser } from "./server-user.js";
import { addUser, countUsers } from "./users.js";

/** A PostgreSQL of this project, running as long as somebody uses it. */
export interface EmbeddedPostgres {
  readonly host: string;
  /** At first: it may be another one after a crash. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Where it keeps its files; others of this database may lie beside them. */
  readonly folder: string;
  /** For the operator. */
  readonly name: string;
  /**
   * Connects to it wherever it is by now, and starts it again where it is gone.
   * @throws DbError that says why it cannot be started.
   */
  openSocket(): Promise<Socket>;
  /** Ends this use; the last one stops PostgreSQL. */
  close(): Promise<void>;
}

/**
 * Opens the PostgreSQL of a folder: creates it the first time, starts it if it does not run, shares it if it does,
 * whether another process started it or one that was killed.
 * @throws DbError that says what is wrong with the folder or the installation.
 */
export async function openEmbedded(dataDir: string): Promise<EmbeddedPostgres> {
  const user = serverUser();
  const place = await preparePlace(dataDir, findBinaries(), user);
  // Starting and stopping exclude each other, or a database might be stopped under somebody who just came.
  const lock = join(place.folder, "lock");
  const begin = async () => {
    const cluster = await openCluster(place, user);
    const postmaster = { place, cluster, user };
    const port = await ensurePostmaster(postmaster);
    return { postmaster, cluster, port, removeUser: await addUser(place.folder) };
  };
  const { postmaster, cluster, port, removeUser } = await withFolderLock(lock, begin).catch((error) => {
    throw explainFullDisk(error, place.folder);
  });
  const sockets = createSocketOpener({
    async findPort() {
      const state = await postmasterState(cluster);
      return state.kind === "ready" ? state.port : undefined;
    },
    start: () =>
      withFolderLock(lock, () => ensurePostmaster(postmaster)).catch((error) => {
        throw explainFullDisk(error, place.folder);
      }),
  });

  async function stopIfLast(): Promise<void> {
    if ((await countUsers(place.folder)) > 0) return;
    if ((await postmasterState(cluster)).kind !== "absent") await stopPostmaster(postmaster);
  }

  return {
    host: "127.0.0.1",
    port,
    user: ROLE,
    password: cluster.password,
    folder: place.folder,
    name: `PostgreSQL ${place.binaries.majorVersion} of this project, in ${place.folder}`,
    openSocket: sockets.open,
    async close() {
      sockets.close();
      await removeUser();
      await withFolderLock(lock, stopIfLast).catch((error: NodeJS.ErrnoException) => {
        // A full disk has no room for a lock; the last user is still the last.
        if (error.code === "ENOSPC") return stopIfLast();
        throw error;
      });
    },
  };
}

function explainFullDisk(error: NodeJS.ErrnoException, folder: string): Error {
  if (error.code !== "ENOSPC") return error;
  return new DbError("data_dir_unusable", `the database folder ${folder} is on a full disk`, {
    cause: error,
  });
}
