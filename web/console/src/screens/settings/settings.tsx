import { useState } from "react";
import { Only, useBusiness, useMay } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { Tabs } from "@/ui/tabs";
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
      <Parts />
    </Only>
  );
}

function Parts() {
  const t = useTexts(words);
  const business = useBusiness();
  const owner = useMay("changeSettings");
  const [tab, setTab] = useState<Tab>("shop");
  const tabs: Tab[] = owner ? ["shop", "page", "rules", "policy", "keys", "data"] : ["shop", "page", "rules", "policy"];
  const Part = parts[tab];
  return (
    <Page title={t.title}>
      <Tabs label={t.title} tabs={tabs.map((name) => ({ id: name, label: t.tabs[name] }))} chosen={tab} onChoose={setTab}>
        <Part key={business.id} />
      </Tabs>
    </Page>
  );
}
