import type { usePages } from "@/api/list";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Empty, Failed, Loading } from "@/ui/state";
import { Entries, type Entry } from "./entries";
import type { Chosen } from "./filters";
import { words } from "./texts";

interface Props<T> {
  pages: ReturnType<typeof usePages<T>>;
  entry: (of: T) => Entry;
  zone: string;
  businessId?: string;
  chosen: Chosen;
  onChange: (to: Chosen) => void;
}

/** A trail page by page; who and what of an entry can be made the filter. */
export function Trail<T>({ pages, entry, zone, businessId, chosen, onChange }: Props<T>) {
  const t = useTexts(words);
  const c = useTexts(common);
  if (pages.error && pages.items.length === 0) return <Failed error={pages.error} retry={() => void pages.refetch()} />;
  if (pages.isPending) return <Loading />;
  if (pages.items.length === 0) {
    return (
      <Empty title={t.none}>
        <p className="text-ink-soft">{t.noneHint}</p>
      </Empty>
    );
  }
  return (
    <>
      <Entries
        entries={pages.items.map(entry)}
        zone={zone}
        {...(businessId && { businessId })}
        onActor={(id, name) => onChange({ ...chosen, actor: { id, name } })}
        onSubject={(subject) => onChange({ ...chosen, subject })}
      />
      {pages.hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {c.more}
          </Button>
        </div>
      )}
    </>
  );
}
