/** A share between 0 and 1 as a bar; the number stands beside it. */
export function ShareBar({ share, className = "bg-accent" }: { share: number | null; className?: string }) {
  return (
    <span aria-hidden="true" className="block h-1.5 w-full overflow-hidden rounded-full bg-raised">
      <span
        className={`block h-full rounded-full ${className}`}
        style={{ width: `${(share ?? 0) * 100}%` }}
      />
    </span>
  );
}
