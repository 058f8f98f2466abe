/** What a drawn gauge says, for readers of the screen; `percent` is 0 to 100. */
export function Meter({ label, percent, text }: { label: string; percent: number; text: string }) {
  return (
    <meter
      className="sr-only"
      aria-label={label}
      aria-valuetext={text}
      min={0}
      max={100}
      value={Math.round(percent)}
    />
  );
}
