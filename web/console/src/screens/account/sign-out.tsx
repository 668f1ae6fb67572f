import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { closeSession } from "@/api/session";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toastFault } from "@/ui/impact";

const words = texts({ ja: { signOut: "サインアウト" }, en: { signOut: "Sign out" } });

/** Ends the session of this device; `to` is where it goes on after signing in again. */
export function SignOut({ to, label }: { to?: string; label?: string }) {
  const t = useTexts(words);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await closeSession();
      queries.clear();
      await navigate({ to: "/console/sign-in", search: to ? { next: to } : {} });
    } catch (e) {
      toastFault(e);
      setBusy(false);
    }
  };
  return (
    <Button busy={busy} onClick={() => void end()}>
      {label ?? t.signOut}
    </Button>
  );
}
