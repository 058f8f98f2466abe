import { useState } from "react";
import { Button } from "../ui/button.js";
import { formatCount } from "../ui/format.js";
import { HostCard } from "./host-card.js";
import { type HostView, isStaleAt } from "./hosts.js";

const PAGE = 12;

export interface HostCardsProps {
  views: readonly HostView[];
  /** In ms. */
  now: number;
  /** The machine whose charts are shown alone. */
  chosen: string | undefined;
  onChoose: (host: string) => void;
  onForgotten: () => void;
}

/** A card for each machine, a dozen at first. */
export function HostCards({ views, now, chosen, onChoose, onForgotten }: HostCardsProps) {
  const [limit, setLimit] = useState(PAGE);
  return (
    <section aria-label="Machines">
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {views.slice(0, limit).map((view) => {
          const { host } = view.sample;
          const isStale = isStaleAt(view, now);
          const silentSeconds = isStale ? secondsSince(view.heardAt, now) : undefined;
          return (
            <HostCard
              key={host}
              view={view}
              isStale={isStale}
              silentSeconds={silentSeconds}
              isChosen={host === chosen}
              onChoose={onChoose}
              onForgotten={onForgotten}
            />
          );
        })}
      </div>
      {views.length > limit && (
        <div className="mt-4 text-center">
          <Button onClick={() => setLimit(views.length)}>Show all {formatCount(views.length)}</Button>
        </div>
      )}
    </section>
  );
}

/** Whole seconds; of what is minutes ago, whole minutes, so that it is not drawn anew each second. */
function secondsSince(heardAt: string, now: number): number {
  const seconds = Math.max(0, Math.floor((now - Date.parse(heardAt)) / 1_000));
  return seconds < 60 ? seconds : seconds - (seconds % 60);
}
