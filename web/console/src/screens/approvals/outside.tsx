import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { profileQuery } from "@/api/business";
import { api, dataOf } from "@/api/client";
import { usePages } from "@/api/list";
import { pageOver, windows } from "@/shell/windows";
import { common } from "@/text/common";
import { todayIn } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Await, Empty } from "@/ui/state";
import { Lines } from "./lines";
import { words } from "./texts";

/** Members enter bookings up to two years ahead. */
const ahead = 8;

/** Bookings that a change left outside the rules, to be worked off from the ledger. */
export function Outside({ business }: { business: string }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const zone = useQuery({ ...profileQuery(business), staleTime: 600_000 });
  const timezone = zone.data?.timezone;
  const pages = usePages(
    ["business", business, "bookings", "outside"],
    (cursor) =>
      pageOver(windows(todayIn(timezone ?? "Asia/Tokyo"), ahead), cursor, async (days, inside) =>
        dataOf(
          await api.GET("/api/v1/businesses/{business_id}/bookings", {
            params: {
              path: { business_id: business },
              query: { ...days, outside_rules: true, limit: 30, ...(inside && { cursor: inside }) },
            },
          }),
        ),
      ),
    timezone !== undefined,
  );
  return (
    <Await query={zone.error ? { ...zone, data: undefined } : pages}>
      {() =>
        pages.items.length === 0 ? (
          <Empty title={t.outsideNone}>
            <p className="text-ink-soft">{t.outsideNoneHint}</p>
          </Empty>
        ) : (
          <>
            <p className="mb-4 max-w-3xl text-ink-soft">{t.outsideIntro}</p>
            <ul aria-label={t.outsideList} className="flex flex-col gap-3">
              {pages.items.map((b) => (
                <li key={b.id} className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4 lg:flex-row lg:items-center">
                  <div className="min-w-0 flex-1">
                    <Lines business={business} booking={b} />
                  </div>
                  <Link
                    to="/console/b/$businessId/ledger"
                    params={{ businessId: business }}
                    search={{ date: b.date, booking: b.id }}
                    className={buttonLook()}
                  >
                    {t.openIn}
                  </Link>
                </li>
              ))}
            </ul>
            {pages.hasNextPage && (
              <Button className="mt-4" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {c.more}
              </Button>
            )}
          </>
        )
      }
    </Await>
  );
}
