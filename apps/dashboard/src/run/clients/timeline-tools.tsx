import { Button } from "../../ui/button.js";
import { Choice } from "../../ui/choice.js";
import type { ClientsChoice } from "./clients-choice.js";
import type { LaneOrder } from "./lane-order.js";
import { zooms } from "./timeline-layout.js";

const ORDERS: { value: LaneOrder; label: string }[] = [
  { value: "name", label: "Name" },
  { value: "problems", label: "Problems" },
  { value: "slowest", label: "Slowest" },
];

export interface TimelineToolsProps {
  choice: ClientsChoice;
  onChange: (changes: Partial<ClientsChoice>) => void;
}

/** What is found, how lanes are ordered, and how wide a round is. */
export function TimelineTools({ choice, onChange }: TimelineToolsProps) {
  const { find, order, zoom } = choice;
  const at = zooms.indexOf(zoom);
  const isWidest = at === zooms.length - 1;
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <input
        type="search"
        aria-label="Find a client"
        placeholder="Find a client"
        value={find}
        maxLength={128}
        onChange={(event) => onChange({ find: event.target.value })}
        className="w-full rounded-md border border-strong bg-surface px-3 py-1 text-sm placeholder:text-muted sm:w-48"
      />
      <span className="flex items-center gap-2 text-muted text-sm">
        <span aria-hidden="true">Order</span>
        <Choice
          label="Order of clients"
          options={ORDERS}
          value={order}
          onChange={(value) => onChange({ order: value })}
        />
      </span>
      <span className="flex items-center gap-1 sm:ml-auto">
        <Button
          aria-label="Narrower rounds"
          disabled={at === 0}
          onClick={() => onChange({ zoom: zooms[at - 1] ?? 0 })}
        >
          −
        </Button>
        <Button disabled={zoom === 0} onClick={() => onChange({ zoom: 0 })}>
          All rounds
        </Button>
        <Button
          aria-label="Wider rounds"
          disabled={isWidest}
          onClick={() => onChange({ zoom: zooms[at + 1] ?? zoom })}
        >
          +
        </Button>
      </span>
    </div>
  );
}
