import type { PartitionPreview } from "@fedloom/protocol";
import { formatCount } from "../../ui/format.js";

type Figures = Pick<
  PartitionPreview,
  "totalVariation" | "effectiveClasses" | "giniOfSizes" | "classNames" | "sizes" | "clients"
>;

const classesFormat = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** How unlike the clients are, in plain words. */
export function describePartition(preview: Figures): string {
  if (preview.clients.length === 1) return "One client holds everything.";
  return `${describeClasses(preview)} ${describeSizes(preview)}`;
}

/** Goes by the mean distance of the clients' mixtures from the whole's. */
function describeClasses({ totalVariation, effectiveClasses, classNames }: Figures): string {
  const number = classesFormat.format(effectiveClasses);
  const held = `a client holds about ${number} of ${formatCount(classNames.length)} classes`;
  if (totalVariation < 0.05) return "Clients hold nearly the same mixture of classes.";
  if (totalVariation < 0.15) return `Clients differ a little in their classes: ${held}.`;
  if (totalVariation < 0.35) return `Clients differ clearly in their classes: ${held}.`;
  return `Clients differ strongly in their classes: ${held}.`;
}

function describeSizes({ giniOfSizes, sizes }: Figures): string {
  const range = `from ${formatCount(sizes.smallest)} to ${formatCount(sizes.largest)} samples`;
  if (giniOfSizes < 0.02) return `Each has about ${formatCount(Math.round(sizes.median))} samples.`;
  if (giniOfSizes < 0.3) return `Their sizes differ somewhat, ${range}.`;
  return `Their sizes differ strongly, ${range}.`;
}
