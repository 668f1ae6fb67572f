import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Only, useBusiness } from "@/shell/business";
import { pendingListQuery } from "@/shell/pending";
import { useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { Await, Empty } from "@/ui/state";
import { Tabs } from "@/ui/tabs";
import { Inbox } from "./inbox";
import { Outside } from "./outside";
import { words } from "./texts";

type Tab = "pending" | "outside";

/** What somebody must answer or work off. */
export function Approvals() {
  const t = useTexts(words);
  return (
    <Only may="seeBookings">
      <Page title={t.title}>
        <Content />
      </Page>
    </Only>
  );
}

function Content() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const query = useQuery(pendingListQuery(id));
  const [tab, setTab] = useState<Tab>("pending");
  return (
    <Tabs<Tab>
      label={t.tabs}
      tabs={[
        { id: "pending", label: t.pending, count: query.data?.length },
        { id: "outside", label: t.outside },
      ]}
      chosen={tab}
      onChoose={setTab}
    >
      {tab === "pending" ? (
        <Await query={query}>
          {(list) =>
            list.length === 0 ? (
              <Empty title={t.none}>
                <p className="text-ink-soft">{t.noneHint}</p>
              </Empty>
            ) : (
              <Inbox business={id} list={list} />
            )
          }
        </Await>
      ) : (
        <Outside business={id} />
      )}
    </Tabs>
  );
}
