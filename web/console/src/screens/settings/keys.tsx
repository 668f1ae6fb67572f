import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { CheckField, TextField } from "@/ui/field";
import { NumberField } from "@/ui/number";
import { Badge, Section, Table } from "@/ui/page";
import { Await, Empty, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { words } from "./texts";

type Key = Schema["KeyView"];
type Scope = Schema["KeyBody"]["scopes"][number];

const scopes: Scope[] = [
  "business:read",
  "catalog:read",
  "catalog:write",
  "schedule:read",
  "schedule:write",
  "bookings:read",
  "bookings:write",
  "customers:read",
  "customers:write",
];
const tones = { active: "good", expired: "calm", revoked: "calm" } as const;

export function KeysPart() {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const key = ["business", id, "keys"];
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const pages = usePages(key, async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/api-keys", {
        params: { path: { business_id: id }, query: { limit: 50, ...(cursor && { cursor }) } },
      }),
    ),
  );
  const revoke = async () => {
    if (!revoking) return;
    setBusy(true);
    setFault("");
    try {
      const { error } = await api.DELETE("/api/v1/businesses/{business_id}/api-keys/{key_id}", {
        params: { path: { business_id: id, key_id: revoking.id } },
      });
      dataOf({ error });
      setRevoking(null);
      toast(t.revoked);
      await queries.invalidateQueries({ queryKey: key });
    } catch (e) {
      setFault(explain(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title={t.tabs.keys}
      actions={
        <Button kind="primary" onClick={() => setMaking(true)}>
          {t.newKey}
        </Button>
      }
    >
      <p className="mb-4 text-ink-soft">{t.keysHint}</p>
      <Await query={pages}>
        {() =>
          pages.items.length === 0 ? (
            <Empty title={t.noKeys} />
          ) : (
            <Table
              caption={t.tabs.keys}
              head={
                <tr>
                  <th>{t.keyName}</th>
                  <th>{t.scopes}</th>
                  <th>{t.keyCreated}</th>
                  <th>{t.keyUsed}</th>
                  <td />
                </tr>
              }
            >
              {pages.items.map((k) => (
                <tr key={k.id}>
                  <th scope="row" className="text-ink">
                    <bdi>{k.name}</bdi> <code className="text-sm text-ink-soft">{k.hint}…</code>{" "}
                    {k.status !== "active" && <Badge tone={tones[k.status]}>{t.keyStates[k.status]}</Badge>}
                  </th>
                  <td className="text-sm">{k.scopes.map((s) => t.scopeNames[s as Scope] ?? s).join(t.comma)}</td>
                  <td className="tabular whitespace-nowrap">{instant(k.created_at, "Asia/Tokyo")}</td>
                  <td className="tabular whitespace-nowrap">{k.last_used_at ? instant(k.last_used_at, "Asia/Tokyo") : t.never}</td>
                  <td>{k.status === "active" && <Button onClick={() => setRevoking(k)}>{t.revoke}</Button>}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Await>
      {pages.hasNextPage && (
        <Button className="mt-3" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {c.more}
        </Button>
      )}
      {making && <NewKey onClose={() => setMaking(false)} onMade={() => void queries.invalidateQueries({ queryKey: key })} />}
      <Confirm
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title={t.revokeTitle(revoking?.name ?? "")}
        action={t.revoke}
        danger
        busy={busy}
        error={fault}
        onConfirm={() => void revoke()}
      >
        <p>{t.revokeText}</p>
      </Confirm>
    </Section>
  );
}

/** Asks what a key is for, and shows it once. */
function NewKey({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const [name, setName] = useState("");
  const [days, setDays] = useState<number | null>(90);
  const [chosen, setChosen] = useState<Scope[]>(["business:read", "catalog:read", "schedule:read"]);
  const [made, setMade] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const make = async () => {
    setBusy(true);
    setError(null);
    try {
      const key = dataOf(
        await api.POST("/api/v1/businesses/{business_id}/api-keys", {
          params: { path: { business_id: id } },
          body: { name, scopes: chosen, ...(days && { expires_in_days: days }) },
        }),
      );
      setMade(key.key);
      onMade();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  if (made) {
    return (
      <Dialog open onClose={onClose} title={t.newKey} as="box">
        <p className="mb-3">{t.keyOnce}</p>
        <code className="block break-all rounded-lg bg-sunken p-3">{made}</code>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => void navigator.clipboard.writeText(made).then(() => toast(t.copied))}>{t.copy}</Button>
          <Button kind="primary" onClick={onClose}>
            {c.close}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={t.newKey} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void make();
        }}
      >
        <Fault>{error ? explain(error, ["name", "scopes", "expires_in_days"]) : ""}</Fault>
        <TextField
          label={t.keyName}
          required
          maxLength={100}
          value={name}
          onChange={(e) => setName(e.target.value)}
          error={faults["name"]}
        />
        <fieldset>
          <legend className="font-medium">{t.scopes}</legend>
          <div className="grid sm:grid-cols-2">
            {scopes.map((s) => (
              <CheckField
                key={s}
                label={t.scopeNames[s]}
                checked={chosen.includes(s)}
                onChange={(e) => setChosen(e.target.checked ? [...chosen, s] : chosen.filter((x) => x !== s))}
              />
            ))}
          </div>
          {faults["scopes"] && <p className="text-sm font-medium text-bad">{faults["scopes"]}</p>}
        </fieldset>
        <NumberField label={t.expiresDays} min={1} max={366} value={days} onChange={setDays} error={faults["expires_in_days"]} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t.newKey}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
