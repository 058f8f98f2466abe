const LINK = "[data-run-link]";

/** The run whose row has the focus. */
export function focusedRun(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("[data-run]")?.dataset.run;
}

/** Puts the focus on the run `step` rows further; on the first row if none has it. */
export function moveRowFocus(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>(LINK)];
  const here = document.activeElement?.closest("[data-run]")?.querySelector<HTMLElement>(LINK);
  const index = here ? links.indexOf(here) + step : 0;
  links[Math.max(0, Math.min(links.length - 1, index))]?.focus();
}
