import { inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import type { ServiceDraft } from "./service";
import { words } from "./texts";

/** How the service will stand in the menu on a customer's phone. */
export function Preview({ service }: { service: ServiceDraft }) {
  const t = useTexts(words);
  const lang = useLang();
  return (
    <figure className="mx-auto w-full max-w-[22rem]">
      <figcaption className="mb-2 text-center text-sm text-ink-soft">{t.preview}</figcaption>
      <div className="rounded-[2rem] border-8 border-line-strong bg-paper p-4">
        <div className="rounded-xl border border-line bg-surface p-4">
          <div className="flex items-baseline justify-between gap-3">
            <bdi className="min-w-0 font-semibold">{inLang(service.name, lang) || "…"}</bdi>
            <span className="tabular whitespace-nowrap font-semibold">{money(service.price, lang)}</span>
          </div>
          <p className="tabular text-sm text-ink-soft">{t.minutes(service.duration_minutes)}</p>
          {service.description && (
            <p className="mt-1 line-clamp-3 text-sm">
              <bdi>{inLang(service.description, lang)}</bdi>
            </p>
          )}
        </div>
      </div>
    </figure>
  );
}
