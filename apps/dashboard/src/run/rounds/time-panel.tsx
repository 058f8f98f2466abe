import { useMemo } from "react";
import { StackedBars } from "../../charts/stacked-bars.js";
import type { RoundView } from "../../live/run-view.js";
import { formatMilliseconds } from "../../ui/format.js";
import { Panel } from "../../ui/panel.js";
import { clientsAtOnce, timeBars, timeParts } from "./time-parts.js";

/** Most bars that can be told apart on a small screen. */
const MAX_BARS = 60;
const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** Where the time of each round goes. */
export function TimePanel({ rounds, unit }: { rounds: readonly RoundView[]; unit: "round" | "epoch" }) {
  const { parts, bars, atOnce } = useMemo(() => {
    const told = timeParts(rounds);
    return { parts: told, bars: timeBars(rounds, told, MAX_BARS), atOnce: clientsAtOnce(rounds) };
  }, [rounds]);
  const isFederated = unit === "round";
  return (
    <Panel title={`Time per ${unit}`}>
      {bars.length === 0 ? (
        <p className="text-muted text-sm">
          This run does not tell what its {unit}s spend their time on; how long each took is in the table
          below.
        </p>
      ) : (
        <>
          <StackedBars title={`Time per ${unit}`} {...{ unit, parts, bars }} format={formatShort} />
          <p className="mt-3 text-muted text-xs">
            {isFederated && "Training is the time that the server waits for clients. "}
            {atOnce !== undefined && `On average ${tenths.format(atOnce)} of them trained at once. `}
            {isFederated &&
              "Sending and receiving is not measured by itself: in a simulated run nothing travels, and over a network it is part of training. "}
            Callbacks and checkpoints are those of the {unit} before.
          </p>
        </>
      )}
    </Panel>
  );
}

function formatShort(ms: number | undefined): string {
  return ms !== undefined && ms < 1_000 ? `${short.format(ms)} ms` : formatMilliseconds(ms);
}
