import { useEffect, useState } from "react";
import { Button } from "./button.js";

export interface CopyButtonProps {
  /** Made at the click where making it takes time. */
  text: string | (() => string);
  label?: string;
}

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label = "Copy" }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"Copied" | "Could not copy">();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setOutcome("Copied");
    } catch {
      // Pages that did not come over TLS or from this machine may not.
      setOutcome("Could not copy");
    }
  };
  return (
    <Button onClick={copy}>
      <span aria-live="polite">{outcome ?? label}</span>
    </Button>
  );
}
