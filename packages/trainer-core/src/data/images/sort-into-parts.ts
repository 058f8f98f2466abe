import { randomStream } from "@fedloom/fl-strategy";
import { TrainerError } from "../../errors.js";
import type { Part } from "../files/packed-rows.js";
import { splitIndices } from "../split-indices.js";
import type { ImageFolderOptions } from "./image-folder-options.js";
import type { ListedImage } from "./list-images.js";

/** An image that has its part and its class. */
export type SortedImage = ListedImage & { readonly part: Part; readonly label: number };

/** Gives each image its part: that of its folder, or one that is drawn. */
export function sortIntoParts(
  listed: readonly ListedImage[],
  options: ImageFolderOptions & { readonly seed: number; readonly classNames: readonly string[] },
): SortedImage[] {
  const { seed, classNames, valFrom = "folder", valShare = 0.1, testShare = 0.2 } = options;
  const has = (part: Part) => listed.some((image) => image.part === part);
  const drawVal = valFrom === "train" || !has("val");
  const drawTest = !has("test");
  const labelOf = new Map(classNames.map((name, label) => [name, label]));
  const images = listed.map((image): SortedImage => {
    const part = drawVal && image.part === "val" ? "train" : (image.part ?? "train");
    return { ...image, part, label: labelOf.get(image.className) as number };
  });
  if (!drawVal && !drawTest) return images;
  const drawn = images.filter(({ part }) => part === "train");
  const split = splitIndices({
    labels: Uint8Array.from(drawn, ({ label }) => label),
    valShare: drawVal ? valShare : 0,
    testShare: drawTest ? testShare : 0,
    random: randomStream(seed, "split", "images"),
    groups: groupsOf(drawn, options.group),
  });
  const partOf = new Map<SortedImage, Part>();
  for (const part of ["val", "test"] as const)
    for (const i of split[part]) partOf.set(drawn[i] as SortedImage, part);
  return images.map((image) => ({ ...image, part: partOf.get(image) ?? image.part }));
}

function groupsOf(images: readonly SortedImage[], group: string | undefined): string[] | undefined {
  if (group === undefined) return undefined;
  let pattern: RegExp;
  try {
    pattern = new RegExp(group, "u");
  } catch (cause) {
    throw new TrainerError(
      "invalid_option",
      `group: expected a regular expression, got ${group.slice(0, 80)}`,
      { cause },
    );
  }
  return images.map(({ path, className }) => {
    const match = pattern.exec(path);
    // Equal numbers in two classes are two patients, as in Kaggle's chest X-rays.
    return match ? `${className}/${match[1] ?? match[0]}` : `${className}//${path}`;
  });
}
