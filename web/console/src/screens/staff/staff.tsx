import { useState } from "react";
import { Only } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { Tabs } from "@/ui/tabs";
import { LeavesPart } from "./leaves";
import { PeoplePart } from "./people";
import { TablePart } from "./table";
import { words } from "./texts";

const parts = { people: PeoplePart, table: TablePart, leaves: LeavesPart };
type Tab = keyof typeof parts;

export function Staff() {
  const t = useTexts(words);
  const [tab, setTab] = useState<Tab>("people");
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
