import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resourcesQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toastFault } from "@/ui/impact";
import { Badge } from "@/ui/page";
import { Await, Empty } from "@/ui/state";
import { toast } from "@/ui/toast";
import { StaffSheet } from "./staff-sheet";
import { words } from "./texts";

type Person = Schema["ResourceView"];

export function PeoplePart() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const query = useQuery(resourcesQuery(id));
  const [open, setOpen] = useState<string | "new" | null>(null);
  const add = (
    <Button kind="primary" onClick={() => setOpen("new")}>
      {t.add}
    </Button>
  );
  return (
    <Await query={query}>
      {(all) => {
        const people = all.filter((r) => r.kind === "staff");
        const person = people.find((p) => p.id === open);
        return (
          <>
            {people.length === 0 ? (
              <Empty title={t.none}>
                <p className="text-ink-soft">{t.hint}</p>
                {add}
              </Empty>
            ) : (
              <>
                <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                  <p className="text-sm text-ink-soft">{t.hint}</p>
                  {add}
                </div>
                <People people={people} onOpen={setOpen} />
              </>
            )}
            {open === "new" && <StaffSheet person={null} onClose={() => setOpen(null)} />}
            {person && <StaffSheet key={person.id} person={person} onClose={() => setOpen(null)} />}
          </>
        );
      }}
    </Await>
  );
}

function People({ people, onOpen }: { people: Person[]; onOpen: (id: string) => void }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const key = resourcesQuery(id).queryKey;
  const move = async (from: number, by: 1 | -1) => {
    const ids = people.map((p) => p.id);
    const [moving] = ids.splice(from, 1);
    if (!moving) return;
    ids.splice(from + by, 0, moving);
    const before = queries.getQueryData<Person[]>(key);
    const place = (r: Person) => (r.kind === "staff" ? ids.indexOf(r.id) : ids.length);
    queries.setQueryData<Person[]>(key, (list) => list && [...list].sort((a, b) => place(a) - place(b)));
    try {
      dataOf(
        await api.PUT("/api/v1/businesses/{business_id}/resource-order", {
          params: { path: { business_id: id } },
          body: { resource_ids: ids },
        }),
      );
      toast(t.orderSaved);
      await queries.invalidateQueries({ queryKey: key });
    } catch (e) {
      queries.setQueryData(key, before);
      toastFault(e);
    }
  };
  return (
    <ul className="divide-y divide-line rounded-xl border border-line bg-surface">
      {people.map((p, i) => {
        const name = inLang(p.name, lang);
        return (
          <li key={p.id} className="flex items-center gap-1 pr-2">
            <button
              type="button"
              className="target flex min-w-0 flex-1 flex-wrap items-center gap-x-4 px-4 py-3 text-left hover:bg-sunken"
              onClick={() => onOpen(p.id)}
            >
              <bdi className="min-w-32 flex-1 font-medium">{name}</bdi>
              {!p.active && <Badge>{t.inactive}</Badge>}
              {p.stopped && <Badge tone="warn">{t.stopped}</Badge>}
              {p.nomination_fee.amount > 0 && (
                <span className="tabular text-sm text-ink-soft">
                  {t.fee} {money(p.nomination_fee, lang)}
                </span>
              )}
            </button>
            <Button kind="quiet" aria-label={t.up(name)} disabled={i === 0} onClick={() => void move(i, -1)}>
              <span aria-hidden>↑</span>
            </Button>
            <Button kind="quiet" aria-label={t.down(name)} disabled={i === people.length - 1} onClick={() => void move(i, 1)}>
              <span aria-hidden>↓</span>
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
