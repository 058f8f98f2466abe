import type { Dirent } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { TrainerError } from "../../errors.js";
import type { Part } from "../files/packed-rows.js";
import { unreadableCause } from "../files/read-data-file.js";
import { invalidData, quoted } from "../invalid-data.js";

/** An image in a folder of classes; nothing of it is read yet. */
export interface ListedImage {
  /** Below the folder, with `/` on every system. */
  readonly path: string;
  readonly className: string;
  /** Which part's folder it is in, if there are such folders. */
  readonly part?: Part;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Why it cannot be used, if that shows already. */
  readonly error?: TrainerError;
}

const partNames: Readonly<Record<Part, readonly string[]>> = {
  train: ["train", "training"],
  val: ["val", "valid", "validation"],
  test: ["test", "testing"],
};
/** What systems leave behind in folders. */
const isLitter = (name: string) =>
  name.startsWith(".") || ["__MACOSX", "Thumbs.db", "desktop.ini"].includes(name);
const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Whether one of a folder's subfolders is that of the training part. */
export function hasParts(names: readonly string[]): boolean {
  return names.some((name) => partNames.train.includes(name.toLowerCase()));
}

/**
 * Lists the images of `CLASS/*` or `train|val|test/CLASS/*`, by part, class and name in the order of code units, which is
 * the same on every system. Hidden files, and files beside the folders, are left out.
 * @throws TrainerError `unreadable_data` for a folder that cannot be read, `invalid_data` for one without classes, for a
 * class that training has not, and for links that lead out of it.
 */
export async function listImages(folder: string): Promise<ListedImage[]> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw unreadableCause(folder, cause);
  });
  const top = await subfolders(root, "", folder);
  if (!hasParts(top)) return listClasses({ root, folder, below: "" });
  const images: ListedImage[] = [];
  for (const part of ["train", "val", "test"] as const) {
    const found = top.filter((name) => partNames[part].includes(name.toLowerCase()));
    if (found.length > 1)
      throw invalidData(`${folder}: expected one folder for ${part}, got ${found.join(", ")}`);
    for (const below of found) images.push(...(await listClasses({ root, folder, below, part })));
  }
  const known = new Set(images.filter(({ part }) => part === "train").map(({ className }) => className));
  const stranger = images.find(({ className }) => !known.has(className));
  if (stranger) {
    const classes = [...known].join(", ");
    throw invalidData(
      `${folder}: ${stranger.path}: expected a class that train has (${classes}), got ${quoted(stranger.className)}`,
    );
  }
  return images;
}

interface Place {
  readonly root: string;
  /** As the user wrote it, for messages. */
  readonly folder: string;
  readonly below: string;
  readonly part?: Part;
}

async function listClasses({ root, folder, below, part }: Place): Promise<ListedImage[]> {
  const images: ListedImage[] = [];
  const classNames = await subfolders(root, below, folder);
  for (const className of classNames) {
    const path = below === "" ? className : `${below}/${className}`;
    const entries = await readFolder(root, path, folder);
    const names = entries.map(({ name }) => name).filter((name) => !isLitter(name));
    for (const name of names.sort(byCodeUnit)) {
      const image = await describeImage(root, `${path}/${name}`);
      images.push({ ...image, className, ...(part && { part }) });
    }
  }
  if (images.length > 0) return images;
  const where = below === "" ? folder : `${folder}/${below}`;
  const received =
    classNames.length > 0 ? `empty folders (${classNames.slice(0, 8).join(", ")})` : "no folder at all";
  throw invalidData(`${where}: expected a folder of images for each class, got ${received}`);
}

async function describeImage(root: string, path: string): Promise<Omit<ListedImage, "className">> {
  try {
    const file = join(root, path);
    if ((await lstat(file)).isSymbolicLink()) await checkInside(root, path);
    const status = await stat(file);
    const size = { path, bytes: status.size, modifiedMs: status.mtimeMs };
    if (status.isFile()) return size;
    const received = status.isDirectory() ? "a folder" : "no regular file";
    return { ...size, error: invalidData(`${path}: expected an image file, got ${received}`) };
  } catch (cause) {
    return { path, bytes: 0, modifiedMs: 0, error: unreadableCause(path, cause) };
  }
}

/** The folders in a folder, links to folders too. */
async function subfolders(root: string, below: string, folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readFolder(root, below, folder)) {
    if (isLitter(entry.name)) continue;
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) names.push(entry.name);
    else if (entry.isSymbolicLink()) {
      const target = await stat(join(root, path)).catch(() => undefined);
      if (!target?.isDirectory()) continue;
      await checkInside(root, path);
      names.push(entry.name);
    }
  }
  return names.sort(byCodeUnit);
}

async function readFolder(root: string, below: string, folder: string): Promise<Dirent[]> {
  try {
    return await readdir(join(root, below), { withFileTypes: true });
  } catch (cause) {
    throw unreadableCause(below === "" ? folder : `${folder}/${below}`, cause);
  }
}

async function checkInside(root: string, path: string): Promise<void> {
  const target = await realpath(join(root, path));
  if (target.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw invalidData(`${path}: expected files inside of the folder, got a link that leads out of it`);
}
