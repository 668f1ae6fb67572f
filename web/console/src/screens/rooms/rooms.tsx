import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { resourcesQuery } from "@/api/business";
import type { Schema } from "@/api/client";
import { Only, useBusiness } from "@/shell/business";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Page, Table } from "@/ui/page";
import { Await, Empty } from "@/ui/state";
import { Joins } from "./joins";
import { RoomSheet } from "./room-sheet";
import { words } from "./texts";

export function Rooms() {
  const t = useTexts(words);
  return (
    <Only may="changeMenus">
      <RoomsPage title={t.title} />
    </Only>
  );
}

function RoomsPage({ title }: { title: string }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const query = useQuery(resourcesQuery(id));
  const [open, setOpen] = useState<Schema["ResourceView"] | "new" | null>(null);
  const add = (
    <Button kind="primary" onClick={() => setOpen("new")}>
      {t.add}
    </Button>
  );
  return (
    <Page title={title} actions={add}>
      <Await query={query}>
        {(all) => {
          const list = all.filter((r) => r.kind !== "staff");
          return list.length === 0 ? (
            <Empty title={t.none}>
              <p className="text-ink-soft">{t.hint}</p>
            </Empty>
          ) : (
            <>
              <Table
                caption={title}
                head={
                  <tr>
                    <th>{t.name}</th>
                    <th>{t.kind}</th>
                    <th>{t.capacity}</th>
                    <th>{t.maxParty}</th>
                  </tr>
                }
              >
                {list.map((r) => (
                  <tr key={r.id}>
                    <th scope="row">
                      <button type="button" className="target text-left text-base text-ink underline" onClick={() => setOpen(r)}>
                        <bdi>{inLang(r.name, lang)}</bdi>
                      </button>{" "}
                      {!r.active && <Badge>{t.inactive}</Badge>} {r.stopped && <Badge tone="warn">{t.stopped}</Badge>}
                    </th>
                    <td>{t.kinds[r.kind]}</td>
                    <td className="tabular">{t.units(r.capacity)}</td>
                    <td className="tabular">{t.party(r.min_party, r.max_party)}</td>
                  </tr>
                ))}
              </Table>
              {list.length > 1 && <Joins resources={list.filter((r) => r.active)} />}
            </>
          );
        }}
      </Await>
      {open && <RoomSheet key={open === "new" ? "new" : open.id} room={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}
