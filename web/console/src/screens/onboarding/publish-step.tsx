import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useCopy } from "@/screens/account/copy";
import { QR } from "@/screens/account/qr";
import { inLang } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Badge } from "@/ui/page";
import { Fault } from "@/ui/state";
import { type Step, stepOf } from "./progress";
import { words } from "./texts";
import { useStep } from "./use-step";

type Profile = Schema["BusinessView"];

interface Props {
  profile: Profile;
  services: Schema["ServiceView"][];
  resources: Schema["ResourceView"][];
  done: ReadonlySet<Step>;
  onDone: () => Promise<void>;
  onStep: (step: Step) => void;
}

/** Asks for approval, and says how that stands. */
export function PublishStep({ profile, services, resources, done, onDone, onStep }: Props) {
  const t = useTexts(words);
  const step = useStep(
    async () => dataOf(await api.POST("/api/v1/businesses/{business_id}/submit", { params: { path: { business_id: profile.id } } })),
    onDone,
  );
  const missing = Object.entries(step.faults);
  if (profile.status === "approved") return <Address profile={profile} />;
  if (profile.status === "pending_review") return <p role="status">{t.pending}</p>;
  if (profile.status === "suspended") return <p role="status">{t.suspended}</p>;
  const address = [profile.phone_national, profile.prefecture + profile.city + profile.address_line].filter(Boolean).join(" · ");
  const names = (of: { name: Profile["name"]; active: boolean }[]) =>
    of
      .filter((x) => x.active)
      .map((x) => inLang(x.name))
      .join(t.comma);
  const entered: [Step, string][] = [
    ["shop", address],
    ["menus", names(services)],
    ["staff", names(resources)],
    ["hours", done.has("hours") ? t.hoursThere : ""],
  ];
  return (
    <form noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{profile.status === "rejected" ? t.rejected : t.publishText}</p>
      {profile.status_reason && <bdi className="rounded-lg bg-warn-soft p-3 text-warn">{profile.status_reason}</bdi>}
      <Fault>
        {step.error
          ? explain(
              step.error,
              missing.map(([field]) => field),
            )
          : ""}
      </Fault>
      {missing.length > 0 && (
        <ul>
          {missing.map(([field, message]) => {
            const to = stepOf(field, done);
            return (
              <li key={field} className="flex flex-wrap items-center gap-x-2">
                {message}
                {to && (
                  <Button kind="quiet" className="underline" onClick={() => onStep(to)}>
                    {t.steps[to]}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <dl className="divide-y divide-line border-y border-line">
        {entered.map(([name, text]) => (
          <div key={name} className="flex flex-wrap items-center gap-x-4">
            <dt className="w-28 font-medium">{t.steps[name]}</dt>
            <dd className="min-w-40 flex-1 py-2">{done.has(name) ? <bdi>{text}</bdi> : <Badge tone="warn">{t.missing}</Badge>}</dd>
            <dd>
              <Button kind="quiet" className="underline" aria-label={t.mendStep(t.steps[name])} onClick={() => onStep(name)}>
                {t.mend}
              </Button>
            </dd>
          </div>
        ))}
      </dl>
      <Button type="submit" kind="primary" className="self-start" busy={step.busy}>
        {t.submit}
      </Button>
    </form>
  );
}

/** Where customers find the shop. */
function Address({ profile }: { profile: Profile }) {
  const t = useTexts(words);
  const copy = useCopy();
  const url = `${location.origin}/${profile.slug}`;
  return (
    <div className="flex flex-wrap items-center gap-6">
      <div className="flex min-w-0 flex-col items-start gap-3">
        <Badge tone="good" icon="○">
          {t.approved}
        </Badge>
        <a href={url} className="target flex items-center underline" target="_blank" rel="noreferrer">
          {url}
        </a>
        <Button onClick={() => void copy(url)}>{t.copy}</Button>
        <p className="text-sm text-ink-soft">{t.share}</p>
      </div>
      <QR text={url} label={t.qr(url)} />
    </div>
  );
}

export function TestStep({ profile, booked }: { profile: Profile; booked: boolean }) {
  const t = useTexts(words);
  if (profile.status !== "approved") return <p role="status">{profile.status === "pending_review" ? t.pending : t.waitTest}</p>;
  return (
    <div className="flex flex-col gap-4">
      <p role="status">{booked ? t.tested : t.testText}</p>
      <div className="flex flex-wrap gap-2">
        <a className={buttonLook(booked ? "plain" : "primary")} href={`/${profile.slug}`} target="_blank" rel="noreferrer">
          {t.openPage}
        </a>
        <Link
          to="/console/b/$businessId/ledger"
          params={{ businessId: profile.id }}
          search={{}}
          className={buttonLook(booked ? "primary" : "plain")}
        >
          {t.toLedger}
        </Link>
      </div>
      <div className="border-t border-line pt-4">
        <Address profile={profile} />
      </div>
    </div>
  );
}
