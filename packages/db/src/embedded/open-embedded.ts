import { join } from "node:path";
import { findBinaries } from "./binaries.js";
import { openCluster, ROLE } from "./create-cluster.js";
import { withFolderLock } from "./folder-lock.js";
import { preparePlace } from "./place.js";
import { runningPort, startPostmaster, stopPostmaster } from "./postmaster.js";
import { serverUser } from "./server-user.js";
import { addUser, clearUsers, countUsers } from "./users.js";

/** A PostgreSQL of this project, running as long as somebody uses it. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** For the operator. */
  readonly name: string;
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
  return withFolderLock(lock, async () => {
    const cluster = await openCluster(place, user);
    let port = await runningPort(cluster);
    if (port === undefined) {
      await clearUsers(place.folder);
      port = await startPostmaster(place, cluster, user);
    }
    const removeUser = await addUser(place.folder);
    return {
      host: "127.0.0.1",
      port,
      user: ROLE,
      password: cluster.password,
      name: `PostgreSQL ${place.binaries.majorVersion} of this project, in ${place.folder}`,
      close: () =>
        withFolderLock(lock, async () => {
          await removeUser();
          const isLast = (await countUsers(place.folder)) === 0;
          if (isLast && (await runningPort(cluster)) !== undefined)
            await stopPostmaster(place, cluster, user);
        }),
    };
  });
}
