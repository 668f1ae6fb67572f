import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { statusOf } from "@/api/client";
import { explain } from "@/api/problem";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "./button";

function Middle({ children }: { children: ReactNode }) {
  return <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-16 text-center">{children}</div>;
}

export function Loading() {
  const words = useTexts(common);
  return (
    <div role="status" className="flex justify-center p-12 text-ink-soft">
      <span className="sr-only">{words.loading}</span>
      <span aria-hidden className="size-8 animate-spin rounded-full border-4 border-line border-t-accent" />
    </div>
  );
}

/** Nothing is here yet, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Middle>
      <p className="text-lg font-medium">{title}</p>
      {children}
    </Middle>
  );
}

export function Forbidden() {
  const words = useTexts(common);
  return (
    <Middle>
      <p className="text-lg font-medium">{words.forbidden}</p>
      <p className="text-ink-soft">{words.forbiddenHint}</p>
    </Middle>
  );
}

export function NotFound() {
  const words = useTexts(common);
  return (
    <Middle>
      <p className="text-lg font-medium">{words.notFound}</p>
      <p className="text-ink-soft">{words.notFoundHint}</p>
      <Link to="/console" className={buttonLook()}>
        {words.home}
      </Link>
    </Middle>
  );
}

/** Why a screen cannot be shown, and a way to try again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useTexts(common);
  if (statusOf(error) === 403) return <Forbidden />;
  if (statusOf(error) === 404) return <NotFound />;
  return (
    <Middle>
      <p className="text-lg font-medium">{words.failed}</p>
      <p role="alert" className="text-ink-soft">
        {explain(error)}
      </p>
      {retry && <Button onClick={retry}>{words.retry}</Button>}
    </Middle>
  );
}

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** The states of what is read: loading, failed, there. */
export function Await<T>({ query, children }: { query: QueryLike<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}

/** A line above a form that says what was wrong with it. */
export function Fault({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <p role="alert" className="rounded-lg bg-bad-soft p-3 text-bad">
      {children}
    </p>
  );
}
