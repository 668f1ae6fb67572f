import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { meQuery } from "@/api/session";
import { Only, useBusiness } from "@/shell/business";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { SelectField } from "@/ui/field";
import { toastFault } from "@/ui/impact";
import { Badge, Page, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { toast } from "@/ui/toast";
import { Invitations } from "./invitations";
import { InviteSheet } from "./invite";
import { membersQuery, useUnclaimed } from "./queries";
import { type Given, mayChange, mayGive } from "./rights";
import { words } from "./texts";
import { TransferDialog } from "./transfer";

type Member = Schema["MemberView"];

export function Members() {
  return (
    <Only may="seeMembers">
      <MembersPage />
    </Only>
  );
}

function MembersPage() {
  const t = useTexts(words);
  const { id, role } = useBusiness();
  const query = useQuery(membersQuery(id));
  const [inviting, setInviting] = useState(false);
  return (
    <Page
      title={t.title}
      intro={t.intro}
      actions={
        mayGive(role).length > 0 && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            {t.invite}
          </Button>
        )
      }
    >
      <Await query={query}>{(list) => <List members={list} />}</Await>
      <Invitations />
      <Leave />
      {inviting && <InviteSheet onClose={() => setInviting(false)} />}
    </Page>
  );
}

function List({ members }: { members: Member[] }) {
  const t = useTexts(words);
  const { id, role } = useBusiness();
  const queries = useQueryClient();
  const me = useQuery(meQuery).data;
  const [removing, setRemoving] = useState<Member | null>(null);
  const [heir, setHeir] = useState<Member | null>(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ["business", id] });
  const remove = async () => {
    if (!removing) return;
    setError("");
    setBusy(true);
    try {
      const { error: refused } = await api.DELETE("/api/v1/businesses/{business_id}/members/{member_id}", {
        params: { path: { business_id: id, member_id: removing.id } },
      });
      dataOf({ error: refused });
      toast(t.removed);
      setRemoving(null);
      await refresh();
    } catch (e) {
      setError(explain(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t.title}>
      <ul className="-my-2 divide-y divide-line">
        {members.map((m) => {
          const self = m.user_id === me?.id;
          return (
            <li key={m.id} className="flex flex-wrap items-end gap-x-4 gap-y-2 py-3">
              <span className="min-w-48 flex-1">
                <bdi className="font-medium">
                  {m.family_name} {m.given_name}
                </bdi>{" "}
                {self && <Badge tone="info">{t.you}</Badge>}
                <bdi className="block text-sm text-ink-soft">{m.email}</bdi>
                <span className="block text-sm text-ink-soft">
                  {t.roles[m.role]}: {t.about[m.role]}
                </span>
                {m.role === "staff" && !m.resource_id && <span className="block text-sm text-warn">{t.unlinked}</span>}
              </span>
              <MemberForm member={m} disabled={!mayChange(role, m.role, self)} self={self} />
              <span className="flex gap-2">
                {role === "owner" && !self && m.role !== "owner" && (
                  <Button aria-label={`${t.transfer} ${m.family_name} ${m.given_name}`} onClick={() => setHeir(m)}>
                    {t.transfer}
                  </Button>
                )}
                {mayChange(role, m.role, self) && (
                  <Button aria-label={`${t.remove} ${m.family_name} ${m.given_name}`} onClick={() => setRemoving(m)}>
                    {t.remove}
                  </Button>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      <Confirm
        open={removing !== null}
        onClose={() => {
          setRemoving(null);
          setError("");
        }}
        busy={busy}
        title={t.removeTitle(`${removing?.family_name ?? ""} ${removing?.given_name ?? ""}`)}
        action={t.remove}
        danger
        error={error}
        onConfirm={() => void remove()}
      >
        <p>{t.removeText}</p>
      </Confirm>
      {heir && <TransferDialog heir={heir} onClose={() => setHeir(null)} />}
    </Section>
  );
}

/** Role, and who somebody is among the staff; a change is saved at once. */
function MemberForm({ member, disabled, self }: { member: Member; disabled: boolean; self: boolean }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id, role } = useBusiness();
  const queries = useQueryClient();
  const staff = useUnclaimed(id, member.resource_id);
  const [busy, setBusy] = useState(false);
  const save = async (body: Schema["UpdateMemberInputBody"]) => {
    setBusy(true);
    try {
      dataOf(
        await api.PATCH("/api/v1/businesses/{business_id}/members/{member_id}", {
          params: { path: { business_id: id, member_id: member.id }, header: { "If-Match": `"${member.version}"` } },
          body,
        }),
      );
    } catch (e) {
      toastFault(e);
    } finally {
      await queries.invalidateQueries({ queryKey: membersQuery(id).queryKey });
      setBusy(false);
    }
  };
  const given = [...new Set<Given>([...mayGive(role), ...(member.role === "owner" ? [] : [member.role])])];
  return (
    <span className="flex flex-wrap gap-3">
      {member.role !== "owner" && (
        <SelectField
          className="w-40"
          label={t.role}
          value={member.role}
          disabled={disabled || busy}
          onChange={(e) => void save({ role: e.target.value as Given })}
        >
          {given.map((r) => (
            <option key={r} value={r}>
              {t.roles[r]}
            </option>
          ))}
        </SelectField>
      )}
      <SelectField
        className="w-44"
        label={t.person}
        value={member.resource_id ?? ""}
        disabled={(disabled && !(self && role === "owner")) || busy}
        onChange={(e) => void save({ resource_id: e.target.value || null })}
      >
        <option value="">{t.nobody}</option>
        {staff.map((r) => (
          <option key={r.id} value={r.id}>
            {inLang(r.name, lang)}
          </option>
        ))}
      </SelectField>
    </span>
  );
}

function Leave() {
  const t = useTexts(words);
  const { id, role } = useBusiness();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  if (role === "owner") return null; // who owns it hands it over
  const leave = async () => {
    setError("");
    setBusy(true);
    try {
      const { error: refused } = await api.POST("/api/v1/businesses/{business_id}/leave", { params: { path: { business_id: id } } });
      dataOf({ error: refused });
      toast(t.left);
      await queries.invalidateQueries({ queryKey: ["businesses"] });
      await navigate({ to: "/console", search: { list: true } });
    } catch (e) {
      setError(explain(e));
      setBusy(false);
    }
  };
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t.leave}</Button>
      <Confirm
        open={asking}
        busy={busy}
        onClose={() => {
          setAsking(false);
          setError("");
        }}
        title={t.leaveTitle}
        action={t.leave}
        danger
        error={error}
        onConfirm={() => void leave()}
      >
        <p>{t.leaveText}</p>
      </Confirm>
    </>
  );
}
