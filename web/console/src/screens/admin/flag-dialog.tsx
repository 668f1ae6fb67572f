import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { common } from "@/text/common";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CheckField, TextArea } from "@/ui/field";
import { NumberField } from "@/ui/number";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { BusinessPicker } from "./business-picker";
import { words } from "./texts";

const own = texts({
  ja: {
    kill: "緊急停止する",
    killHint: "ほかの設定にかかわらず、すべての店舗で止まります。",
    percent: "有効にする店舗の割合(%)",
    percentHint: "増やしても、すでに有効な店舗はそのままです。",
    businesses: "割合にかかわらず有効にする店舗",
    saved: "変更しました。30秒以内にすべてのサーバーで有効になります。",
  },
  en: {
    kill: "Kill switch",
    killHint: "Off in every business, whatever else is set.",
    percent: "On for so many percent of businesses",
    percentHint: "When it grows, those who had it keep it.",
    businesses: "On for these, whatever the percentage",
    saved: "Changed. It holds in every server within 30 seconds.",
  },
});

/** How far a flag is on, all of it at once. */
export function FlagDialog({ flag: f, onClose }: { flag: Schema["FlagView"]; onClose: () => void }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const c = useTexts(common);
  const queries = useQueryClient();
  const [killed, setKilled] = useState(f.killed);
  const [percent, setPercent] = useState<number | null>(f.percent);
  const [businesses, setBusinesses] = useState<string[]>(f.business_ids ?? []);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      dataOf(
        await api.PUT("/api/v1/admin/flags/{flag}", {
          params: { path: { flag: f.name }, header: { "If-Match": `"${f.version}"` } },
          body: { killed, percent: percent ?? 0, business_ids: businesses, reason },
        }),
      );
      toast(t.saved);
      void queries.invalidateQueries({ queryKey: ["admin"] });
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={f.name}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["percent", "reason"]) : ""}</Fault>
        <CheckField label={t.kill} hint={t.killHint} checked={killed} onChange={(e) => setKilled(e.target.checked)} />
        <NumberField
          label={t.percent}
          hint={t.percentHint}
          min={0}
          max={100}
          value={percent}
          onChange={setPercent}
          error={faults["percent"]}
        />
        <BusinessPicker label={t.businesses} chosen={businesses} onChange={setBusinesses} />
        <TextArea
          label={w.reason}
          hint={w.reasonTrail}
          required
          maxLength={500}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          error={faults["reason"]}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {c.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
