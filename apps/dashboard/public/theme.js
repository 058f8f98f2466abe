// Runs before the first paint, so that a remembered theme does not flash; src/ui/theme.ts does the rest.
try {
  const theme = localStorage.getItem("fedloom.theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme is used.
}
