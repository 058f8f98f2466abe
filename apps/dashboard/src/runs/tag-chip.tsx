/** A tag; a press shows the runs that have it. */
export function TagChip({ tag, onChoose }: { tag: string; onChoose: (tag: string) => void }) {
  return (
    <button
      type="button"
      title={`Show runs tagged ${tag}`}
      onClick={() => onChoose(tag)}
      className="inline-block max-w-40 truncate rounded-full border border-line bg-raised px-2 text-muted text-xs leading-5 hover:border-strong hover:text-ink"
    >
      <bdi>{tag}</bdi>
    </button>
  );
}
