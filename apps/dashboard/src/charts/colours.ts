import { onThemeChange } from "../ui/theme.js";

/** The page's colours of the moment, by the names of app.css; a canvas cannot read them itself. */
const read = new Map<string, string>();
let isFollowing = false;

export function colour(name: string): string {
  if (!isFollowing) {
    isFollowing = true;
    onColoursChange(() => {});
  }
  const known = read.get(name);
  if (known !== undefined) return known;
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  read.set(name, value);
  return value;
}

/** Calls `listener` when colours are others: by the reader's choice, by the system's, or on paper. */
export function onColoursChange(listener: () => void): () => void {
  const changed = () => {
    read.clear();
    listener();
  };
  const print = matchMedia("print");
  print.addEventListener("change", changed);
  const forget = onThemeChange(changed);
  return () => {
    print.removeEventListener("change", changed);
    forget();
  };
}
