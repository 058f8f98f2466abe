/** The mark: threads that cross, as in the favicon. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#1d5fd0" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <path d="M7 10.5h5m4 0h9M7 16h9m4 0h5M7 21.5h5m4 0h9" />
        <path d="M14 6v5.5m0 4v10.5M18 6v12m0 4v4" opacity=".65" />
      </g>
    </svg>
  );
}
