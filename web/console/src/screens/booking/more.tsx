import type { ReactNode } from "react";

interface Props {
  summary: ReactNode;
  open?: boolean;
  className?: string;
  look?: string;
  children: ReactNode;
}

/** What is folded away until somebody wants it. */
export function More({ summary, open, className, look = "text-sm font-medium", children }: Props) {
  return (
    <details open={open} className={`group ${className ?? ""}`}>
      <summary className={`target flex list-none items-center gap-2 ${look}`}>
        <span aria-hidden className="inline-block transition-transform group-open:rotate-90">
          ▸
        </span>
        {summary}
      </summary>
      {children}
    </details>
  );
}
