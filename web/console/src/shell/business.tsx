import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import type { Schema } from "@/api/client";
import { businessesQuery } from "@/api/session";
import { Await, Forbidden, NotFound } from "@/ui/state";

type Business = Schema["WorkView"];
export type Role = Business["role"];

const BusinessContext = createContext<Business | null>(null);

/** The business whose screens these are, and what the person is in it. */
export function useBusiness(): Business {
  const business = useContext(BusinessContext);
  if (!business) throw new Error("this screen belongs below a business");
  return business;
}

export function BusinessScope({ id, children }: { id: string; children: ReactNode }) {
  const query = useQuery(businessesQuery);
  return (
    <Await query={query}>
      {(list) => {
        const business = list.find((b) => b.id === id);
        return business ? <BusinessContext value={business}>{children}</BusinessContext> : <NotFound />;
      }}
    </Await>
  );
}

/** What roles may do, as docs/permissions.md has it: the server decides, the screens follow. */
export const may = {
  seeAudit: ["owner", "manager"],
  seeBookings: ["owner", "manager", "staff"],
  enterBookings: ["owner", "manager", "staff"],
  moveBookings: ["owner", "manager", "staff"],
  override: ["owner", "manager"],
  seeCustomers: ["owner", "manager", "staff"],
  mergeCustomers: ["owner", "manager"],
  changeMenus: ["owner", "manager"],
  changeHours: ["owner", "manager"],
  changeProfile: ["owner", "manager"],
  changeSettings: ["owner"],
  seeMembers: ["owner", "manager"],
  exportAll: ["owner"],
  stopBookings: ["owner", "manager", "staff"],
} satisfies Record<string, Role[]>;

export function useMay(what: keyof typeof may): boolean {
  return (may[what] as Role[]).includes(useBusiness().role);
}

/** Shows a screen to whom it is for, and to others that it is not. */
export function Only({ may: what, children }: { may: keyof typeof may; children: ReactNode }) {
  return useMay(what) ? children : <Forbidden />;
}
