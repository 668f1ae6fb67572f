import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { meQuery } from "@/api/session";
import { texts, useTexts } from "@/text/texts";
import { Await, Forbidden } from "@/ui/state";
import { Frame } from "./frame";

const words = texts({
  ja: {
    name: "運営パネル",
    approvals: "審査",
    businesses: "店舗",
    users: "利用者",
    flags: "機能の切替",
    audit: "操作の記録",
    jobs: "ジョブ",
    health: "稼働状況",
  },
  en: {
    name: "Admin panel",
    approvals: "Approvals",
    businesses: "Businesses",
    users: "Users",
    flags: "Flags",
    audit: "Audit",
    jobs: "Jobs",
    health: "Health",
  },
});

export function AdminShell({ children }: { children: ReactNode }) {
  const t = useTexts(words);
  const me = useQuery(meQuery);
  return (
    <Await query={me}>
      {(person) =>
        person.operator ? (
          <Frame
            name={t.name}
            places={[
              { to: "/admin/approvals", icon: "◷", label: t.approvals },
              { to: "/admin/businesses", icon: "⌂", label: t.businesses },
              { to: "/admin/users", icon: "☺", label: t.users },
              { to: "/admin/flags", icon: "⚑", label: t.flags },
              { to: "/admin/audit", icon: "✓", label: t.audit },
              { to: "/admin/jobs", icon: "↻", label: t.jobs },
              { to: "/admin/health", icon: "♥", label: t.health },
            ]}
          >
            {children}
          </Frame>
        ) : (
          <main>
            <Forbidden />
          </main>
        )
      }
    </Await>
  );
}
