import { setTheme, type Theme, useTheme } from "./theme.js";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const NAME: Record<Theme, string> = { system: "as the system", light: "light", dark: "dark" };
const ICON: Record<Theme, string> = {
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M4.9 19.1l1.8-1.8M17.3 6.7l1.8-1.8",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
};

/** Goes round system, light and dark. */
export function ThemeToggle() {
  const theme = useTheme();
  const label = `Colours: ${NAME[theme]}. Change to ${NAME[NEXT[theme]]}`;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => setTheme(NEXT[theme])}
      className="rounded-md p-2 text-muted hover:bg-raised hover:text-ink"
    >
      <svg viewBox="0 0 24 24" className="size-4.5" aria-hidden="true">
        <path
          d={ICON[theme]}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </button>
  );
}
