import { availableParallelism } from "node:os";
import { join } from "node:path";
import { TrainerError } from "../../errors.js";
import type { Row, SkippedRow } from "../files/packed-rows.js";
import { readDataFile } from "../files/read-data-file.js";
import { decodeImage, type ImageForm, loadImageLibrary } from "./decode-image.js";
import type { ImageFolderOptions } from "./image-folder-options.js";
import { mapInOrder } from "./map-in-order.js";
import type { SortedImage } from "./sort-into-parts.js";

/** Largest image file that is read. */
const MAX_IMAGE_BYTES = 2 ** 28;

/**
 * Decodes images in order, a few at a time, and gives at last what was left out.
 * @throws TrainerError for the first bad file, unless such files are to be skipped.
 */
export async function* decodeRows(
  images: readonly SortedImage[],
  options: ImageFolderOptions & { readonly form: ImageForm; readonly folder: string },
): AsyncGenerator<Row, SkippedRow[], undefined> {
  const { form, folder, onBadFile = "refuse", onProgress } = options;
  const library = await loadImageLibrary();
  const decode = async ({ path, error }: SortedImage): Promise<Uint8Array | TrainerError> => {
    try {
      if (error) throw error;
      const bytes = await readDataFile(join(folder, path), MAX_IMAGE_BYTES);
      return await decodeImage(bytes, { ...form, file: path, library });
    } catch (cause) {
      if (cause instanceof TrainerError && onBadFile === "skip") return cause;
      throw cause;
    }
  };
  const skipped: SkippedRow[] = [];
  // libuv has four threads unless told otherwise: more at once would only take memory.
  const decoded = mapInOrder(images, Math.min(4, availableParallelism()), decode);
  let index = 0;
  for await (const row of decoded) {
    if (row instanceof TrainerError) skipped.push({ index, message: row.message });
    else yield { part: (images[index] as SortedImage).part, row };
    index += 1;
    onProgress?.({ done: index, total: images.length });
  }
  return skipped;
}
