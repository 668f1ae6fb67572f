import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resourcesQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { explain } from "@/api/problem";
import { zoneHere } from "@/screens/account/zone";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { inLang, instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { toastFault } from "@/ui/impact";
import { Badge, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { toast } from "@/ui/toast";
import { mayGive } from "./rights";
import { words } from "./texts";

type Item = Schema["InvitationView"];

const useInvitations = (status: "pending" | "expired") => {
  const { id } = useBusiness();
  return usePages(["business", id, "invitations", status], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/invitations", {
        params: { path: { business_id: id }, query: { status, limit: 50, ...(cursor && { cursor }) } },
      }),
    ),
  );
};

/** Invitations that nobody answered: those that stand, and those whose time is over, which can be sent again. */
export function Invitations() {
  const t = useTexts(words);
  const pending = useInvitations("pending");
  const expired = useInvitations("expired");
  return (
    <Section title={t.waiting}>
      <Await query={pending}>
        {() =>
          pending.items.length === 0 && expired.items.length === 0 ? <p className="text-ink-soft">{t.noWaiting}</p> : <Pages of={pending} />
        }
      </Await>
      {expired.items.length > 0 && <Pages of={expired} />}
    </Section>
  );
}

function Pages({ of }: { of: ReturnType<typeof useInvitations> }) {
  const c = useTexts(common);
  return (
    <>
      <ul className="divide-y divide-line">
        {of.items.map((i) => (
          <Row key={i.id} invitation={i} />
        ))}
      </ul>
      {of.hasNextPage && (
        <Button className="mt-3" busy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
          {c.more}
        </Button>
      )}
    </>
  );
}

function Row({ invitation: i }: { invitation: Item }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id, role } = useBusiness();
  const queries = useQueryClient();
  const person = (useQuery(resourcesQuery(id)).data ?? []).find((r) => r.id === i.resource_id);
  const [busy, setBusy] = useState<"resend" | "revoke" | null>(null);
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState("");
  const path = { business_id: id, invitation_id: i.id };
  const refresh = () => queries.invalidateQueries({ queryKey: ["business", id, "invitations"] });
  const resend = async () => {
    setBusy("resend");
    try {
      dataOf(await api.POST("/api/v1/businesses/{business_id}/invitations/{invitation_id}/resend", { params: { path } }));
      toast(t.sent);
    } catch (e) {
      toastFault(e);
    } finally {
      setBusy(null);
      await refresh();
    }
  };
  const revoke = async () => {
    setBusy("revoke");
    setError("");
    try {
      const { error: refused } = await api.DELETE("/api/v1/businesses/{business_id}/invitations/{invitation_id}", { params: { path } });
      dataOf({ error: refused });
      toast(t.revoked);
      setAsking(false);
      await refresh();
    } catch (e) {
      setError(explain(e));
    } finally {
      setBusy(null);
    }
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <span className="min-w-48 flex-1">
        <bdi className="font-medium">{i.email}</bdi> <Badge>{t.roles[i.role]}</Badge>{" "}
        {i.status === "expired" && <Badge tone="warn">{t.expired}</Badge>}
        <span className="tabular block text-sm text-ink-soft">
          {t.until(instant(i.expires_at, zoneHere(), lang))} {person && <bdi>{t.as(inLang(person.name, lang))}</bdi>}
        </span>
      </span>
      {mayGive(role).includes(i.role) && (
        <>
          <Button busy={busy === "resend"} disabled={busy !== null} aria-label={`${t.resend} ${i.email}`} onClick={() => void resend()}>
            {t.resend}
          </Button>
          <Button disabled={busy !== null} aria-label={`${t.revoke} ${i.email}`} onClick={() => setAsking(true)}>
            {t.revoke}
          </Button>
        </>
      )}
      <Confirm
        open={asking}
        onClose={() => {
          setAsking(false);
          setError("");
        }}
        title={t.revokeTitle(i.email)}
        action={t.revoke}
        danger
        busy={busy === "revoke"}
        error={error}
        onConfirm={() => void revoke()}
      >
        <p>{t.revokeText}</p>
      </Confirm>
    </li>
  );
}
