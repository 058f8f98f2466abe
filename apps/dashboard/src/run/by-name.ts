const collator = new Intl.Collator(undefined, { numeric: true });

/** Orders clients by name, `client-2` before `client-10`. */
export function byName(one: { clientId: string }, other: { clientId: string }): number {
  return collator.compare(one.clientId, other.clientId);
}
