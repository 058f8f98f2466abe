/** Marks results that were not made on real images. */
export function SyntheticTag() {
  return (
    <span
      title="Generated images: results say nothing about patients"
      className="inline-block rounded border border-warn border-dashed px-1.5 text-warn text-xs whitespace-nowrap"
    >
      synthetic data
    </span>
  );
}
