import type { PartitionPreview } from "@fedloom/protocol";
import { formatCount } from "../../ui/format.js";
import { describePartition } from "./describe-partition.js";
import { barsOf, colourOfClass, type PartitionBar } from "./partition-bars.js";

const ROW = 18;
const BAR = 13;
/** In the units of the picture, whose bars are stretched to the room that there is. */
const WIDTH = 1000;
/** Further classes are drawn, but not named. */
const MOST_NAMES = 20;

/** A bar for each client, as long as it has samples, in the colours of their classes. */
export function PartitionPicture({ preview }: { preview: PartitionPreview }) {
  const bars = barsOf(preview);
  const longest = Math.max(1, ...bars.map(({ numSamples }) => numSamples));
  return (
    <figure>
      <div className="flex gap-2">
        <Column bars={bars} textOf={({ label }) => label} className="text-right" />
        <svg
          role="img"
          aria-label={`Samples of each client by class. ${describePartition(preview)}`}
          viewBox={`0 0 ${WIDTH} ${bars.length * ROW}`}
          preserveAspectRatio="none"
          style={{ height: bars.length * ROW }}
          className="min-w-0 grow"
        >
          {bars.map((bar, i) => (
            <Bar key={bar.label} bar={bar} scale={WIDTH / longest} y={i * ROW + (ROW - BAR) / 2} />
          ))}
        </svg>
        <Column
          bars={bars}
          textOf={({ numSamples }) => formatCount(Math.round(numSamples))}
          className="text-right"
        />
      </div>
      <figcaption>
        <Legend names={preview.classNames} />
      </figcaption>
    </figure>
  );
}

function Column(props: {
  bars: readonly PartitionBar[];
  textOf: (bar: PartitionBar) => string;
  className: string;
}) {
  const { bars, textOf, className } = props;
  return (
    <div aria-hidden="true" className={`shrink-0 text-muted text-xs ${className}`}>
      {bars.map((bar) => (
        <div key={bar.label} style={{ height: ROW, lineHeight: `${ROW}px` }}>
          {textOf(bar)}
        </div>
      ))}
    </div>
  );
}

function Bar({ bar, scale, y }: { bar: PartitionBar; scale: number; y: number }) {
  let x = 0;
  return bar.classCounts.map((count, place) => {
    const width = count * scale;
    const from = x;
    x += width;
    if (count === 0) return null;
    return (
      <rect
        key={place}
        x={from}
        y={y}
        width={width}
        height={BAR}
        style={{ fill: colourOfClass(place) }}
        className="stroke-page"
        vectorEffect="non-scaling-stroke"
      />
    );
  });
}

function Legend({ names }: { names: readonly string[] }) {
  const shown = names.slice(0, MOST_NAMES);
  return (
    <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
      {shown.map((name, place) => (
        <li key={place} className="flex min-w-0 items-center gap-1.5">
          <span
            aria-hidden="true"
            className="size-2.5 shrink-0 rounded-xs"
            style={{ background: colourOfClass(place) }}
          />
          <bdi className="[overflow-wrap:anywhere]">{name}</bdi>
        </li>
      ))}
      {names.length > shown.length && (
        <li className="text-muted">and {formatCount(names.length - shown.length)} more</li>
      )}
    </ul>
  );
}
