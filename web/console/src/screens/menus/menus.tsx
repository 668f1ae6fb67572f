import { useState } from "react";
import { Only } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { Tabs } from "@/ui/tabs";
import { LabelsPart } from "./labels";
import { MenuPart } from "./menu";
import { OptionsPart } from "./options";
import { SetsPart } from "./sets";
import { words } from "./texts";

const parts = { menu: MenuPart, options: OptionsPart, sets: SetsPart, groups: LabelsPart };
type Tab = keyof typeof parts;

export function Menus() {
  const t = useTexts(words);
  const [tab, setTab] = useState<Tab>("menu");
  const Part = parts[tab];
  return (
    <Only may="changeMenus">
      <Page title={t.title}>
        <Tabs label={t.title} tabs={(Object.keys(parts) as Tab[]).map((id) => ({ id, label: t.tabs[id] }))} chosen={tab} onChoose={setTab}>
          <Part />
        </Tabs>
      </Page>
    </Only>
  );
}
