import { access } from "node:fs/promises";

/** Loopback, and what only passes on bytes that a real interface counts as well. */
const PASSES_ON = /^(lo|docker|br-|veth|virbr|vnet|cni|flannel|cali|kube|tun|tap|wg|ifb|dummy|vxlan|gre|sit)/;
const MAX_KNOWN = 1_024;

/**
 * Chooses the interfaces whose bytes count: those with a device; where none has, as in a container, all but the known
 * kinds that only pass bytes on. Whether there is a device is asked once for each name.
 */
export function createInterfaceChoice(root = ""): (names: readonly string[]) => Promise<readonly string[]> {
  const hasDevice = new Map<string, boolean>();
  return async (names) => {
    // Containers come and go, each with names of its own.
    if (hasDevice.size > MAX_KNOWN) hasDevice.clear();
    for (const name of names) {
      if (!hasDevice.has(name)) hasDevice.set(name, await exists(`${root}/sys/class/net/${name}/device`));
    }
    const real = names.filter((name) => hasDevice.get(name));
    return real.length > 0 ? real : names.filter((name) => !PASSES_ON.test(name));
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
