import { Link } from "@tanstack/react-router";
import { useBusiness } from "@/shell/business";
import { dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { buttonLook } from "@/ui/button";
import { Empty } from "@/ui/state";
import { words } from "./texts";

export function Closed({ date, today }: { date: string; today: boolean }) {
  const t = useTexts(words);
  const lang = useLang();
  return (
    <p className="border-b border-line bg-sunken px-4 py-2 font-medium">{today ? t.closedDay : t.closedDayOf(dateWords(date, lang))}</p>
  );
}

export function NoStaff({ may }: { may: boolean }) {
  const t = useTexts(words);
  const business = useBusiness();
  return (
    <div className="flex-1">
      <Empty title={t.noStaff}>
        <p className="text-ink-soft">{may ? t.noStaffHint : t.askManager}</p>
        {may && (
          <Link to="/console/b/$businessId/staff" params={{ businessId: business.id }} className={buttonLook("primary")}>
            {t.toStaff}
          </Link>
        )}
      </Empty>
    </div>
  );
}

export function OfflineBanner({ at, zone }: { at: string; zone: string }) {
  const t = useTexts(words);
  const lang = useLang();
  const clock = new Date(at).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return (
    <p role="alert" className="border-b border-bad bg-bad-soft px-4 py-2 font-medium text-bad print:hidden">
      {t.offlineBanner(clock)}
    </p>
  );
}
