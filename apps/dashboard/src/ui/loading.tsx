export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className="py-16 text-center text-muted">
      Loading {what}…
    </p>
  );
}
