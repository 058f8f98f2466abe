import { useState } from "react";
import { navigate } from "../router.js";
import { KeysDialog } from "./keys-dialog.js";
import { useKeys } from "./use-keys.js";

/** Keys that work on every screen, and the list of all keys. */
export function AppKeys() {
  const [isOpen, setIsOpen] = useState(false);
  useKeys({ n: () => navigate("/new"), "?": () => setIsOpen(true) });
  return (
    <>
      <button
        type="button"
        onClick={() => setIsOpen(true)}
        className="hidden rounded-md p-2 text-muted hover:bg-raised hover:text-ink sm:block"
        aria-label="Keys"
        title="Keys"
      >
        <svg viewBox="0 0 24 24" className="size-4.5" aria-hidden="true">
          <path
            d="M3 6.5h18v11H3zM6.5 10h.5M10 10h.5M13.5 10h.5M17 10h.5M7.5 14h9"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      </button>
      <KeysDialog isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </>
  );
}
