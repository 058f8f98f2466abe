import { Link } from "../router.js";

export interface Tab {
  href: string;
  label: string;
  isCurrent: boolean;
  /** Something to notice, such as how many alerts are firing. */
  count?: number | undefined;
}

/** Links between the parts of a screen. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="overflow-x-auto border-line border-b">
      <ul className="flex min-w-max gap-1">
        {tabs.map(({ href, label: text, isCurrent, count }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={isCurrent ? "page" : undefined}
              className="-mb-px inline-flex items-center gap-1.5 rounded-t-md border-transparent border-b-2 px-3 py-2 text-muted text-sm hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {text}
              {count !== undefined && count > 0 && (
                <span className="rounded-full bg-raised px-1.5 text-ink text-xs">{count}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
