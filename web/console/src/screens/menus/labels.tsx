import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { toastFault } from "@/ui/impact";
import { LocalizedField } from "@/ui/localized";
import { Section } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { categoriesQuery, ranksQuery } from "./queries";
import { words } from "./texts";

type Label = Schema["CategoryView"];
type Name = Schema["CreateLabelInput"]["name"];

// Categories of the menu and ranks of the staff: names in an order, and nothing else.

export function LabelsPart() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const path = { business_id: id };
  const categories = useQuery(categoriesQuery(id));
  const ranks = useQuery(ranksQuery(id));
  return (
    <>
      <Labels
        title={t.categories}
        none={t.noCategories}
        losing={t.removeCategory}
        query={categories}
        add={async (name) =>
          dataOf(await api.POST("/api/v1/businesses/{business_id}/service-categories", { params: { path }, body: { name } }))
        }
        rename={async (l, name) =>
          dataOf(
            await api.PATCH("/api/v1/businesses/{business_id}/service-categories/{category_id}", {
              params: { path: { ...path, category_id: l.id }, header: { "If-Match": `"${l.version}"` } },
              body: { name },
            }),
          )
        }
        remove={async (l) => {
          const { error } = await api.DELETE("/api/v1/businesses/{business_id}/service-categories/{category_id}", {
            params: { path: { ...path, category_id: l.id }, header: { "If-Match": `"${l.version}"` } },
          });
          dataOf({ error });
        }}
      />
      <Labels
        title={t.ranks}
        intro={t.rankIntro}
        none={t.noRanks}
        losing={t.removeRank}
        query={ranks}
        add={async (name) => dataOf(await api.POST("/api/v1/businesses/{business_id}/staff-ranks", { params: { path }, body: { name } }))}
        rename={async (l, name) =>
          dataOf(
            await api.PATCH("/api/v1/businesses/{business_id}/staff-ranks/{rank_id}", {
              params: { path: { ...path, rank_id: l.id }, header: { "If-Match": `"${l.version}"` } },
              body: { name },
            }),
          )
        }
        remove={async (l) => {
          const { error } = await api.DELETE("/api/v1/businesses/{business_id}/staff-ranks/{rank_id}", {
            params: { path: { ...path, rank_id: l.id }, header: { "If-Match": `"${l.version}"` } },
          });
          dataOf({ error });
        }}
      />
    </>
  );
}

interface Props {
  title: string;
  intro?: string;
  none: string;
  losing: string;
  query: { data: Label[] | undefined; error: unknown; refetch: () => unknown };
  add: (name: Name) => Promise<unknown>;
  rename: (label: Label, name: Name) => Promise<unknown>;
  remove: (label: Label) => Promise<unknown>;
}

function Labels({ title, intro, none, losing, query, add, rename, remove }: Props) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<Label | null>(null);
  const [name, setName] = useState<Name>({ ja: "" });
  const [removing, setRemoving] = useState<Label | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const refresh = () => queries.invalidateQueries({ queryKey: ["business", id] });
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await (editing ? rename(editing, name) : add(name));
      toast(c.saved);
      setEditing(null);
      setName({ ja: "" });
      await refresh();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={title}>
      {intro && <p className="mb-3 text-sm text-ink-soft">{intro}</p>}
      <Await query={query}>
        {(list) =>
          list.length === 0 ? (
            <p className="mb-4 text-ink-soft">{none}</p>
          ) : (
            <ul className="mb-4 divide-y divide-line border-y border-line">
              {list.map((l) => (
                <li key={l.id} className="flex items-center gap-2">
                  <bdi className="flex-1">{inLang(l.name, lang)}</bdi>
                  <Button
                    kind="quiet"
                    aria-label={`${c.edit} ${inLang(l.name, lang)}`}
                    onClick={() => {
                      setEditing(l);
                      setName(l.name);
                    }}
                  >
                    {c.edit}
                  </Button>
                  <Button kind="quiet" aria-label={`${c.remove} ${inLang(l.name, lang)}`} onClick={() => setRemoving(l)}>
                    {c.remove}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      <form
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["name.ja", "name.en"]) : ""}</Fault>
        <LocalizedField
          label={editing ? t.name : t.newName}
          maxLength={100}
          value={name}
          onChange={setName}
          errors={{ ja: faults["name.ja"], en: faults["name.en"] }}
        />
        <div className="flex justify-end gap-2">
          {editing && (
            <Button
              onClick={() => {
                setEditing(null);
                setName({ ja: "" });
              }}
            >
              {c.cancel}
            </Button>
          )}
          <Button type="submit" busy={busy} disabled={!name.ja.trim()}>
            {editing ? c.save : c.add}
          </Button>
        </div>
      </form>
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t.removeTitle(removing ? inLang(removing.name, lang) : "")}
        action={c.remove}
        danger
        onConfirm={() => {
          if (!removing) return;
          remove(removing).then(
            () => {
              toast(t.deleted);
              void refresh();
            },
            (e: unknown) => toastFault(e),
          );
          setRemoving(null);
        }}
      >
        <p>{losing}</p>
      </Confirm>
    </Section>
  );
}
