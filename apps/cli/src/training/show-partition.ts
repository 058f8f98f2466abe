import { writeFileSync } from "node:fs";
import { type Dataset, describePartition, drawPartition, partitionSvg } from "@fedloom/trainer-core";
import { CliError } from "../errors.js";

export interface ShowPartitionOptions {
  readonly classNames: readonly string[];
  /** Characters in a line of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** File for the picture as SVG; absent, none is written. */
  readonly svg: string | undefined;
  readonly print: (line: string) => void;
}

/** Prints how samples are dealt out, and keeps the picture. */
export function showPartition(
  { labels }: Pick<Dataset["train"], "labels">,
  shares: readonly Uint32Array[],
  { classNames, width, colour, svg, print }: ShowPartitionOptions,
): void {
  const statistics = describePartition(labels, shares, classNames.length);
  for (const line of drawPartition(statistics, { classNames, width, colour })) print(line);
  if (svg === undefined) return;
  try {
    writeFileSync(svg, partitionSvg(statistics, { classNames }));
  } catch (cause) {
    throw new CliError("unwritable_file", `${svg}: expected a writable file: ${(cause as Error).message}`, {
      cause,
    });
  }
}
