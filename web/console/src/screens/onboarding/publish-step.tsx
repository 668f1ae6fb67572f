import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { QR } from "@/screens/account/app-dialog";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Badge } from "@/ui/page";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import type { Step } from "./progress";
import { words } from "./texts";
import { useStep } from "./use-step";

type Profile = Schema["BusinessView"];

interface Props {
  profile: Profile;
  onDone: () => Promise<void>;
  onStep: (step: Step) => void;
}

/** What is missing, by the step that has it. */
const stepOf: Record<string, Step> = { phone: "shop", hours: "hours", services: "menus" };

/** Asks for approval, and says how that stands. */
export function PublishStep({ profile, onDone, onStep }: Props) {
  const t = useTexts(words);
  const step = useStep(
    async () => dataOf(await api.POST("/api/v1/businesses/{business_id}/submit", { params: { path: { business_id: profile.id } } })),
    onDone,
  );
  const missing = Object.entries(step.faults);
  if (profile.status === "approved") return <Address profile={profile} />;
  if (profile.status === "pending_review") return <p role="status">{t.pending}</p>;
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
      <ul>
        {missing.map(([field, message]) => {
          const to = stepOf[field.replace(/^business\./, "")];
          return (
            <li key={field}>
              {message}{" "}
              {to && (
                <Button kind="quiet" className="underline" onClick={() => onStep(to)}>
                  {t.steps[to]}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <Button type="submit" kind="primary" className="self-start" busy={step.busy}>
        {t.submit}
      </Button>
    </form>
  );
}

/** Where customers find the shop. */
function Address({ profile }: { profile: Profile }) {
  const t = useTexts(words);
  const url = `${location.origin}/${profile.slug}`;
  return (
    <div className="flex flex-wrap items-center gap-6">
      <div className="flex flex-col gap-3">
        <Badge tone="good" icon="○">
          {t.approved}
        </Badge>
        <a href={url} className="underline" target="_blank" rel="noreferrer">
          {url}
        </a>
        <Button onClick={() => void navigator.clipboard.writeText(url).then(() => toast(t.copied))}>{t.copy}</Button>
      </div>
      <QR text={url} />
    </div>
  );
}

export function TestStep({ profile, booked }: { profile: Profile; booked: boolean }) {
  const t = useTexts(words);
  if (profile.status !== "approved") return <p className="text-ink-soft">{t.waitTest}</p>;
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
    </div>
  );
}
