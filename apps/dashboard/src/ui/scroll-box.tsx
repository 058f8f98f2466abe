import type { HTMLAttributes, Ref } from "react";

export interface ScrollBoxProps extends HTMLAttributes<HTMLElement> {
  /** What is in it, for readers of the screen. */
  label: string;
  ref?: Ref<HTMLElement>;
}

/** A box whose content is larger than it: named, and reached by the keyboard, as whatever scrolls must be. */
export function ScrollBox({ label, className = "overflow-auto", ...rest }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the arrow keys could not scroll
    <section {...rest} aria-label={label} tabIndex={0} className={className} />
  );
}
