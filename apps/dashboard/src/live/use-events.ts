import type { EventType, FedloomEvent } from "@fedloom/protocol";
import { useEffect, useRef, useState } from "react";
import { type Following, followEvents } from "./follow-events.js";

export type { Following } from "./follow-events.js";

/**
 * Follows new events of these types, of every run and host, while the component is shown. `types` must be stable;
 * screens show what is stored and use this to learn when to ask again.
 */
export function useEvents(types: readonly EventType[], onEvent: (event: FedloomEvent) => void): Following {
  const [following, setFollowing] = useState<Following>("connecting");
  const newest = useRef(onEvent);
  useEffect(() => {
    newest.current = onEvent;
  });
  useEffect(
    () => followEvents(types, { onEvent: (event) => newest.current(event), onChange: setFollowing }),
    [types],
  );
  return following;
}
