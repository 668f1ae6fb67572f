import { useState } from "react";
import { Only, useBusiness, useMay } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { DataPart } from "./data";
import { KeysPart } from "./keys";
import { PagePart } from "./page-part";
import { PolicyPart } from "./policy";
import { RulesPart } from "./rules";
import { ShopPart } from "./shop";
import { words } from "./texts";

type Tab = "shop" | "page" | "rules" | "policy" | "keys" | "data";

const parts: Record<Tab, () => React.ReactNode> = {
  shop: ShopPart,
  page: PagePart,
  rules: RulesPart,
  policy: PolicyPart,
  keys: KeysPart,
  data: DataPart,
};

export function Settings() {
  return (
    <Only may="changeProfile">
      <Tabs />
    </Only>
  );
}

function Tabs() {
  const t = useTexts(words);
  const business = useBusiness();
  const owner = useMay("changeSettings");
  const [tab, setTab] = useState<Tab>("shop");
  const tabs: Tab[] = owner ? ["shop", "page", "rules", "policy", "keys", "data"] : ["shop", "page", "rules", "policy"];
  const Part = parts[tab];
  return (
    <Page title={t.title}>
      <div role="tablist" aria-label={t.title} className="mb-5 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls="part"
            tabIndex={tab === name ? 0 : -1}
            className={`target whitespace-nowrap border-b-2 px-4 py-2 ${tab === name ? "border-accent font-semibold" : "border-transparent text-ink-soft hover:text-ink"}`}
            onClick={() => setTab(name)}
            onKeyDown={(e) => {
              const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
              const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
              if (!step || !next) return;
              setTab(next);
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {t.tabs[name]}
          </button>
        ))}
      </div>
      <div id="part" role="tabpanel" aria-labelledby={`tab-${tab}`} key={`${business.id}-${tab}`}>
        <Part />
      </div>
    </Page>
  );
}
