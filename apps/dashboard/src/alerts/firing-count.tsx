import { useSession } from "../access/session.js";
import { formatCount } from "../ui/format.js";
import { MOST_FIRING, useFiring } from "./firing-store.js";

/** How many alerts fire, beside the link to them; nothing when none does. */
export function FiringCount() {
  const { isAsked, token } = useSession();
  return isAsked ? null : <Count key={token} />;
}

function Count() {
  const { alerts = [], isMore } = useFiring();
  const told = alerts.filter(({ isSilenced }) => !isSilenced);
  if (told.length === 0) return null;
  const isCritical = told.some(({ severity }) => severity === "critical");
  const text = isMore ? `${formatCount(MOST_FIRING)}+` : formatCount(told.length);
  return (
    <span
      className={`ml-1.5 inline-block min-w-5 rounded-full px-1.5 text-center font-medium text-xs leading-5 ${isCritical ? "bg-bad text-surface" : "bg-raised text-ink"}`}
    >
      {text}
      <span className="sr-only"> firing</span>
    </span>
  );
}
