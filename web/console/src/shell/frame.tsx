import { useQueryClient } from "@tanstack/react-query";
import { Link, type LinkProps, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { closeSession } from "@/api/session";
import { type Lang, langNames, setLang, useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";

const words = texts({
  ja: {
    skip: "本文へ移動",
    menu: "メニュー",
    account: "アカウント",
    signOut: "サインアウト",
    language: "表示言語",
    theme: "配色",
    auto: "端末に合わせる",
    light: "明るい",
    dark: "暗い",
    businesses: "店舗の一覧",
  },
  en: {
    skip: "Skip to content",
    menu: "Menu",
    account: "Account",
    signOut: "Sign out",
    language: "Language",
    theme: "Colours",
    auto: "As the device",
    light: "Light",
    dark: "Dark",
    businesses: "Businesses",
  },
});

export interface Place {
  to: LinkProps["to"];
  params?: Record<string, string>;
  icon: string;
  label: string;
  count?: number | undefined;
}

type Theme = "auto" | "light" | "dark";

function theme(): Theme {
  const chosen = localStorage.getItem("theme");
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
}

function setTheme(to: Theme): void {
  localStorage.setItem("theme", to);
  if (to === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = to;
}

setTheme(theme());

/** Language and colours, which need no account. */
export function Preferences() {
  const t = useTexts(words);
  const lang = useLang();
  const [colours, setColours] = useState(theme);
  const box = "target rounded-lg border border-line bg-surface px-2 text-sm";
  return (
    <div className="flex flex-wrap gap-2">
      <select className={box} aria-label={t.language} value={lang} onChange={(e) => setLang(e.target.value as Lang)}>
        {Object.entries(langNames).map(([l, name]) => (
          <option key={l} value={l} lang={l}>
            {name}
          </option>
        ))}
      </select>
      <select
        className={box}
        aria-label={t.theme}
        value={colours}
        onChange={(e) => {
          setTheme(e.target.value as Theme);
          setColours(e.target.value as Theme);
        }}
      >
        <option value="auto">{t.auto}</option>
        <option value="light">{t.light}</option>
        <option value="dark">{t.dark}</option>
      </select>
    </div>
  );
}

/** What stands around the screens of an area: where one is, where else one may go. */
export function Frame({ name, places, children }: { name: ReactNode; places: Place[]; children: ReactNode }) {
  const t = useTexts(words);
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const end = async () => {
    await closeSession();
    queries.clear();
    await navigate({ to: "/console/sign-in" });
  };
  return (
    <div className="flex min-h-dvh flex-col print:block lg:flex-row">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3">
        {t.skip}
      </a>
      <header className="flex items-center justify-between gap-2 border-b border-line bg-surface px-3 py-1 lg:hidden print:hidden">
        <span className="truncate font-semibold">{name}</span>
        <Button
          kind="quiet"
          className="shrink-0 whitespace-nowrap"
          aria-expanded={open}
          aria-controls="places"
          onClick={() => setOpen(!open)}
        >
          <span aria-hidden>☰</span>
          <span>{t.menu}</span>
        </Button>
      </header>
      <nav
        id="places"
        aria-label={t.menu}
        className={`${open ? "flex" : "hidden"} shrink-0 flex-col gap-1 border-line bg-surface p-3 max-lg:border-b lg:sticky lg:top-0 lg:flex lg:h-dvh lg:w-52 lg:overflow-y-auto lg:border-r print:!hidden`}
      >
        <p className="hidden px-3 py-2 font-semibold lg:block">{name}</p>
        {places.map((p) => (
          <Link
            key={String(p.to)}
            to={p.to}
            params={p.params as never}
            className="target flex items-center gap-3 rounded-lg px-3 py-2 hover:bg-sunken"
            activeProps={{ className: "bg-accent-soft font-semibold", "aria-current": "page" }}
            onClick={() => setOpen(false)}
          >
            <span aria-hidden className="w-5 text-center">
              {p.icon}
            </span>
            <span className="flex-1">{p.label}</span>
            {p.count ? <span className="tabular rounded-full bg-warn-soft px-2 text-sm font-semibold text-warn">{p.count}</span> : null}
          </Link>
        ))}
        <div className="mt-auto flex flex-col gap-2 border-t border-line pt-3">
          <Link to="/console" search={{ list: true }} className="target flex items-center rounded-lg px-3 py-2 text-sm hover:bg-sunken">
            {t.businesses}
          </Link>
          <Link to="/console/account" className="target flex items-center rounded-lg px-3 py-2 text-sm hover:bg-sunken">
            {t.account}
          </Link>
          <Button kind="quiet" className="justify-start !px-3 text-sm" onClick={() => void end()}>
            {t.signOut}
          </Button>
          <Preferences />
        </div>
      </nav>
      <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        {children}
      </main>
    </div>
  );
}

/** The frame of the pages without an account: a name above, the form in the middle. */
export function Plain({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col gap-5 px-4 py-8">
      <title>{`${title} · Omotenashi Connect`}</title>
      <p className="text-sm font-semibold text-accent">Omotenashi Connect</p>
      <h1 className="text-2xl font-semibold">{title}</h1>
      {children}
      <div className="mt-auto pt-6">
        <Preferences />
      </div>
    </main>
  );
}
