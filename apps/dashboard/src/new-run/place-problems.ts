import { nearestField, type Problems } from "./config/problems.js";

export interface PlacedProblems {
  /** By the field that shows them. */
  shown: Problems;
  /** Of no field that is there. */
  others: readonly string[];
}

/** Finds for each problem the field that it belongs to, or the one that holds it. */
export function placeProblems(problems: Problems, fields: readonly string[]): PlacedProblems {
  const shown: Record<string, string> = {};
  const others: string[] = [];
  for (const [path, message] of Object.entries(problems)) {
    const field = nearestField(path, fields);
    if (field === undefined) others.push(path === "" ? message : `${path}: ${message}`);
    else shown[field] = field === path ? message : `${path.slice(field.length + 1)}: ${message}`;
  }
  return { shown, others };
}

/** Everything in a form that can show a problem, in the order of the page, with the path that it has. */
export function fieldsOfForm(form: HTMLElement | null): [path: string, element: HTMLElement][] {
  const elements = form?.querySelectorAll<HTMLElement>("[name], [data-field]") ?? [];
  return [...elements].map((element) => [
    element.dataset.field ?? element.getAttribute("name") ?? "",
    element,
  ]);
}

/** Opens what hides an element, and puts the focus there. */
export function showField(element: HTMLElement): void {
  for (let at = element.closest("details"); at; at = at.parentElement?.closest("details") ?? null)
    at.open = true;
  element.focus({ preventScroll: true });
  // What is wrong stands below the field and has to be seen with it.
  element.scrollIntoView({ block: "center" });
}
