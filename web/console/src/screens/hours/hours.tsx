import { useState } from "react";
import { Only } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { Tabs } from "@/ui/tabs";
import { ClosingsPart } from "./closings";
import { FreeTimes } from "./free";
import { PeriodsPart } from "./periods";
import { SpecialPart } from "./special";
import { words } from "./texts";
import { WeeklyPart } from "./weekly";

const parts = { weekly: WeeklyPart, closings: ClosingsPart, special: SpecialPart, periods: PeriodsPart };
type Tab = keyof typeof parts;

export function Hours() {
  const t = useTexts(words);
  const [tab, setTab] = useState<Tab>("weekly");
  const Part = parts[tab];
  return (
    <Only may="changeHours">
      <Page title={t.title}>
        <div className="grid gap-6 xl:grid-cols-[1fr_20rem]">
          <div className="min-w-0">
            <Tabs
              label={t.title}
              tabs={(Object.keys(parts) as Tab[]).map((id) => ({ id, label: t.tabs[id] }))}
              chosen={tab}
              onChoose={setTab}
            >
              <Part />
            </Tabs>
          </div>
          <FreeTimes />
        </div>
      </Page>
    </Only>
  );
}
