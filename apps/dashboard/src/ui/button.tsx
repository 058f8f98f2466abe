import type { ButtonHTMLAttributes } from "react";

export type ButtonKind = "primary" | "plain" | "danger";

const BASE =
  "inline-flex items-center justify-center gap-1.5 rounded-md px-3 py-1.5 text-sm font-medium whitespace-nowrap motion-safe:transition-colors disabled:opacity-55";
const KIND: Record<ButtonKind, string> = {
  primary: "bg-accent text-on-accent hover:brightness-95",
  plain: "border border-line bg-surface text-ink hover:bg-raised",
  danger: "border border-bad text-bad hover:bg-bad hover:text-surface",
};

/** Classes that make a link or a button look like a button. */
export function buttonClass(kind: ButtonKind): string {
  return `${BASE} ${KIND[kind]}`;
}

export function Button({
  kind = "plain",
  type = "button",
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: ButtonKind }) {
  return <button {...rest} type={type} className={`${buttonClass(kind)} ${className}`} />;
}
