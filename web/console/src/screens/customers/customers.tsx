import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { usePages } from "@/api/list";
import { Only, useBusiness, useMay } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Page } from "@/ui/page";
import { useSettled } from "@/ui/settled";
import { Empty, Failed, Loading } from "@/ui/state";
import { ExportDialog } from "./export-dialog";
import { IndexBar } from "./index-bar";
import type { Row } from "./kana";
import { NewCustomer } from "./new-customer";
import { People } from "./people";
import { words } from "./texts";

export function Customers() {
  return (
    <Only may="seeCustomers">
      <CustomersPage />
    </Only>
  );
}

function CustomersPage() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const exports = useMay("exportAll");
  const [typed, setTyped] = useState("");
  const [row, setRow] = useState<Row | null>(null);
  const [open, setOpen] = useState<"new" | "export" | null>(null);
  const q = useSettled(typed.trim());
  const pages = usePages(["business", id, "customers", "list", q, row], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/customers", {
        params: { path: { business_id: id }, query: { limit: 50, ...(q && { q }), ...(row && { row }), ...(cursor && { cursor }) } },
      }),
    ),
  );
  return (
    <Page
      title={t.title}
      actions={
        <>
          {exports && <Button onClick={() => setOpen("export")}>{t.exportCsv}</Button>}
          <Button kind="primary" onClick={() => setOpen("new")}>
            {t.add}
          </Button>
        </>
      }
    >
      <search className="mb-4 flex flex-col gap-3">
        <TextField
          label={t.find}
          hint={t.findHint}
          type="search"
          maxLength={100}
          autoComplete="off"
          className="max-w-xl"
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
        <IndexBar row={row} onChoose={setRow} />
      </search>
      <Found pages={pages} filtered={q !== "" || row !== null} sorted={q === ""} onNew={() => setOpen("new")} />
      {open === "new" && <NewCustomer onClose={() => setOpen(null)} />}
      {open === "export" && <ExportDialog onClose={() => setOpen(null)} />}
    </Page>
  );
}

interface FoundProps {
  pages: ReturnType<typeof usePages<Parameters<typeof People>[0]["people"][number]>>;
  filtered: boolean;
  sorted: boolean;
  onNew: () => void;
}

function Found({ pages, filtered, sorted, onNew }: FoundProps) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { role } = useBusiness();
  if (pages.error && pages.items.length === 0) return <Failed error={pages.error} retry={() => void pages.refetch()} />;
  if (pages.isPending) return <Loading />;
  if (pages.items.length === 0) {
    return filtered ? (
      <Empty title={t.nobody}>
        <p className="text-ink-soft">{t.nobodyHint}</p>
      </Empty>
    ) : (
      <Empty title={t.none}>
        <p className="text-ink-soft">{role === "staff" ? t.noneOwn : t.noneHint}</p>
        <Button kind="primary" onClick={onNew}>
          {t.add}
        </Button>
      </Empty>
    );
  }
  return (
    <>
      <p role="status" className="mb-2 text-sm text-ink-soft">
        {t.shown(pages.items.length, pages.hasNextPage)}
      </p>
      <People people={pages.items} headings={sorted} />
      {pages.hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {c.more}
          </Button>
        </div>
      )}
    </>
  );
}
