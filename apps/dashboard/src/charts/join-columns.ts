import { type Column, groupByX, type Sheet } from "./sheet.js";

/** All columns, in their order, over the x of any of them. */
export function joinColumns(columns: readonly Column[]): Sheet {
  const groups = groupByX(columns);
  if (groups.length < 2) return { x: groups[0]?.x ?? [], columns: columns.map(({ y }) => y) };
  const x = unionOf(groups);
  const joined: (readonly (number | null | undefined)[])[] = new Array(columns.length);
  for (const group of groups) {
    const places = placesIn(x, group.x);
    for (const place of group.places) joined[place] = spread(columns[place]?.y ?? [], places, x.length);
  }
  return { x, columns: joined };
}

function unionOf(all: readonly Pick<Column, "x">[]): number[] {
  const sorted = new Float64Array(all.reduce((sum, { x }) => sum + x.length, 0));
  let at = 0;
  for (const { x } of all) {
    sorted.set(x, at);
    at += x.length;
  }
  sorted.sort();
  const union: number[] = [];
  for (const value of sorted) if (value !== union[union.length - 1]) union.push(value);
  return union;
}

/** Where in the union each x is. */
function placesIn(union: readonly number[], x: readonly number[]): Int32Array {
  const places = new Int32Array(x.length);
  let at = 0;
  for (let i = 0; i < x.length; i += 1) {
    while ((union[at] as number) < (x[i] as number)) at += 1;
    places[i] = at;
  }
  return places;
}

function spread(y: Column["y"], places: Int32Array, length: number): (number | null | undefined)[] {
  const values = new Array<number | null | undefined>(length).fill(undefined);
  for (let i = 0; i < places.length; i += 1) values[places[i] as number] = y[i];
  return values;
}
