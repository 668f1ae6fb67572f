import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schema, statusOf } from "@/api/client";
import { explain } from "@/api/problem";
import { Plain } from "@/shell/frame";
import { inLang, instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { SignOut } from "./sign-out";
import { words } from "./texts";
import { zoneHere } from "./zone";

/** What the link of an invitation asks, and the answer to it. */
export function Invitation() {
  const t = useTexts(words);
  const { token } = useParams({ from: "/console/invitations/$token" });
  const card = useQuery({
    queryKey: ["invitation", token],
    queryFn: async () =>
      dataOf(await api.GET("/api/v1/public/invitations/{invitation_token}", { params: { path: { invitation_token: token } } })),
  });
  const over = (c: Schema["InvitationCard"]) => (c.replaced ? t.replaced : t.invitationOver[c.status]);
  return (
    <Plain title={t.invitation}>
      {statusOf(card.error) === 404 ? (
        <Ended text={t.invitationUnknown} />
      ) : (
        <Await query={card}>
          {(c) => (c.replaced || c.status !== "pending" ? <Ended text={over(c)} /> : <Card card={c} token={token} />)}
        </Await>
      )}
    </Plain>
  );
}

function Ended({ text }: { text: string }) {
  const t = useTexts(words);
  return (
    <>
      <p role="status">{text}</p>
      <Link to="/console" className={buttonLook()}>
        {t.toStart}
      </Link>
    </>
  );
}

function Card({ card, token }: { card: Schema["InvitationCard"]; token: string }) {
  const t = useTexts(words);
  const lang = useLang();
  const [declined, setDeclined] = useState(false);
  const { family_name, given_name } = card.invited_by;
  const name = (lang === "ja" ? `${family_name} ${given_name}` : `${given_name} ${family_name}`).trim() || inLang(card.business, lang);
  if (declined) {
    return (
      <p role="status">
        <strong>{t.declined}</strong> {t.declinedText}
      </p>
    );
  }
  return (
    <>
      <p className="text-lg">
        <bdi>{t.invitedBy(name, inLang(card.business, lang))}</bdi>
      </p>
      <p>{t.asRole(t.roles[card.role])}</p>
      <p className="text-sm text-ink-soft">
        <bdi>{t.forAddress(card.email)}</bdi> {t.until(instant(card.expires_at, zoneHere(), lang))}
      </p>
      <Answer token={token} onDeclined={() => setDeclined(true)} />
    </>
  );
}

function Answer({ token, onDeclined }: { token: string; onDeclined: () => void }) {
  const t = useTexts(words);
  const navigate = useNavigate();
  const queries = useQueryClient();
  // Whether somebody is signed in; nobody is no error here.
  const me = useQuery({
    queryKey: ["me", "or nobody"],
    queryFn: async () => (await api.GET("/api/v1/me")).data ?? null,
  });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const here = `/console/invitations/${token}`;

  const attempt = async (run: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await run();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const accept = () =>
    attempt(async () => {
      const { business } = dataOf(await api.POST("/api/v1/me/invitations/accept", { body: { token } }));
      await queries.invalidateQueries({ queryKey: ["businesses"] });
      toast(t.accepted);
      await navigate({ to: "/console/b/$businessId/ledger", params: { businessId: business.id }, search: {} });
    });
  const decline = () =>
    attempt(async () => {
      const { error: refused } = await api.POST("/api/v1/public/invitations/decline", { body: { token } });
      dataOf({ error: refused });
      onDeclined();
    });
  return (
    <>
      <Fault>{error ? explain(error) : ""}</Fault>
      <Await query={me}>
        {(person) =>
          person ? (
            <>
              <p className="text-sm">
                <bdi>{t.signedInAs(person.email)}</bdi>
              </p>
              <Button kind="primary" busy={busy} onClick={() => void accept()}>
                {t.accept}
              </Button>
              {error !== null && <SignOut to={here} label={t.otherAccount} />}
            </>
          ) : (
            <>
              <p>{t.signInFirst}</p>
              <Link to="/console/sign-in" search={{ next: here }} className={buttonLook("primary")}>
                {t.signIn}
              </Link>
              <Link to="/console/sign-up" search={{ next: here }} className={buttonLook()}>
                {t.signUp}
              </Link>
            </>
          )
        }
      </Await>
      <Button kind="quiet" disabled={busy} onClick={() => void decline()}>
        {t.decline}
      </Button>
    </>
  );
}
