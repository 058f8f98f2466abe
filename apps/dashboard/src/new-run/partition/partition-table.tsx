import type { PartitionPreview } from "@fedloom/protocol";
import { formatCount } from "../../ui/format.js";
import { ScrollBox } from "../../ui/scroll-box.js";
import { barsOf } from "./partition-bars.js";

/** The same in figures. */
export function PartitionTable({ preview }: { preview: PartitionPreview }) {
  const { classNames } = preview;
  return (
    <details className="mt-3">
      <summary className="w-fit text-accent text-sm hover:underline">As a table</summary>
      <ScrollBox label="Samples by client and class" className="mt-2 max-h-80 overflow-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="text-left text-muted text-xs">
              <th scope="col" className="py-1 pr-4 font-medium">
                Client
              </th>
              <th scope="col" className="py-1 pr-4 text-right font-medium">
                Samples
              </th>
              {classNames.map((name, place) => (
                <th key={place} scope="col" className="max-w-40 truncate py-1 pr-4 text-right font-medium">
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {barsOf(preview).map(({ label, numSamples, classCounts }) => (
              <tr key={label} className="border-line border-t">
                <th scope="row" className="py-1 pr-4 text-left font-normal whitespace-nowrap">
                  {label}
                </th>
                <td className="py-1 pr-4 text-right">{formatCount(Math.round(numSamples))}</td>
                {classCounts.map((count, place) => (
                  <td key={place} className="py-1 pr-4 text-right">
                    {formatCount(Math.round(count))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  );
}
