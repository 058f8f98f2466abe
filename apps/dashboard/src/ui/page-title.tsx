import { type ReactNode, useEffect, useRef } from "react";

/** Whether the page was just loaded, when the browser's own focus must stay as it is. */
let isFirstScreen = true;

/** A screen's heading: names the document and takes the focus when the screen changes. */
export function PageTitle({ children, title }: { children: ReactNode; title?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const text = title ?? (typeof children === "string" ? children : undefined);
  useEffect(() => {
    document.title = text ? `Fedloom – ${text}` : "Fedloom";
  }, [text]);
  useEffect(() => {
    if (!isFirstScreen) heading.current?.focus({ preventScroll: true });
    isFirstScreen = false;
  }, []);
  return (
    <h1
      ref={heading}
      tabIndex={-1}
      className="min-w-0 font-semibold text-2xl tracking-tight [overflow-wrap:anywhere]"
    >
      <bdi>{children}</bdi>
    </h1>
  );
}
