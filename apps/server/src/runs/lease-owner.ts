import { readFileSync, readlinkSync } from "node:fs";

const RESERVED = "reserved-";

/**
 * Names of processes that hold leases: the host, then the machine as far as process numbers mean something on it, then the
 * process. With it the next server on a machine sees at once that a process is gone, and need not wait for its lease.
 */
export class LeaseOwners {
  /** With what the names of all owners on this host begin. */
  readonly place: string;
  readonly #machine: string | undefined;

  constructor(hostName: string) {
    this.place = `${hostName.replaceAll("/", "-")}/`;
    this.#machine = thisMachine();
  }

  /** `part` tells apart what one process does under several names. */
  nameOf(pid: number, part = ""): string {
    return `${this.place}${this.#machine ?? "?"}/${pid}.${startTimeOf(pid) ?? ""}/${part}`;
  }

  /** Of a server that has a run for a process which it is about to start. */
  reservationOf(pid: number, number: number): string {
    return this.nameOf(pid, `${RESERVED}${number}`);
  }

  isReservation(owner: string): boolean {
    return owner.split("/").at(-1)?.startsWith(RESERVED) ?? false;
  }

  /** Whether an owner is a process of this machine that no longer lives; false when that is not known. */
  isGone(owner: string): boolean {
    if (this.#machine === undefined) return false;
    const prefix = `${this.place}${this.#machine}/`;
    if (!owner.startsWith(prefix)) return false;
    const [pid, startTime] = (owner.slice(prefix.length).split("/")[0] ?? "").split(".");
    return startTimeOf(Number(pid)) !== startTime;
  }
}

/** Of this start of this machine, and of the container that this process is in; undefined where there is no such thing. */
function thisMachine(): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
    return `${boot}.${readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")}`;
  } catch {
    return undefined;
  }
}

/** When a process began, in ticks since the machine did; undefined if there is none, or it is only to be buried. */
function startTimeOf(pid: number): string | undefined {
  if (process.platform !== "linux" || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Behind the name, which may hold anything, from the third field on.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
