import { useSyncExternalStore } from "react";

const STORAGE_KEY = "fedloom.keys";
const listeners = new Set<() => void>();
let isOn = read();

/** Whether single keys do something: who speaks to the computer, or presses keys by mistake, switches them off. */
export function areSingleKeysOn(): boolean {
  return isOn;
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, areSingleKeysOn);
}

/** Switches single keys on or off, and remembers it in this browser. */
export function setSingleKeys(next: boolean): void {
  isOn = next;
  try {
    if (next) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, "off");
  } catch {
    // Storage is switched off: the choice holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function read(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== "off";
  } catch {
    return true;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
