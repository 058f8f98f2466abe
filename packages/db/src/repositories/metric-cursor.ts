/** Where a page of points begins: as the one before said. */
export type MetricCursor = string;

/** The last point of a page: in `points`, or of a client in `client_rounds`. */
export type MetricPlace =
  | { readonly seriesId: string; readonly x: string; readonly position: string }
  | { readonly clientId: string; readonly key: string; readonly round: number };

const OF_SERIES = /^(\d{1,9})\.(\d{1,16})\.(-?\d{1,18})$/;
const OF_CLIENT = /^c\.(\d{1,9})\.([\w-]{1,2048})$/;

/** Whether a text can be a {@link MetricCursor}. */
export function isMetricCursor(text: string): boolean {
  return decodeCursor(text) !== undefined;
}

export function encodeCursor(place: MetricPlace): MetricCursor {
  if ("seriesId" in place) return `${place.seriesId}.${place.x}.${place.position}`;
  const line = Buffer.from(JSON.stringify([place.clientId, place.key])).toString("base64url");
  return `c.${place.round}.${line}`;
}

export function decodeCursor(cursor: string): MetricPlace | undefined {
  const [, seriesId, x, position] = OF_SERIES.exec(cursor) ?? [];
  if (seriesId !== undefined && x !== undefined && position !== undefined) return { seriesId, x, position };
  const [, round, line = ""] = OF_CLIENT.exec(cursor) ?? [];
  try {
    const [clientId, key, ...more] = JSON.parse(Buffer.from(line, "base64url").toString());
    if (typeof clientId !== "string" || typeof key !== "string" || more.length > 0) return undefined;
    return { clientId, key, round: Number(round) };
  } catch {
    return undefined;
  }
}
