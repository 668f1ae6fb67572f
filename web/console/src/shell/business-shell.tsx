import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { type Role, useBusiness } from "./business";
import { Frame, type Place } from "./frame";
import { pendingQuery } from "./pending";

const words = texts({
  ja: {
    ledger: "予約台帳",
    approvals: "承認待ち",
    customers: "お客様",
    menus: "メニュー",
    staff: "スタッフ",
    hours: "営業時間",
    rooms: "部屋・設備",
    settings: "設定",
    members: "メンバー",
    audit: "操作の記録",
    onboarding: "はじめの設定",
  },
  en: {
    ledger: "Ledger",
    approvals: "Approvals",
    customers: "Customers",
    menus: "Menus",
    staff: "Staff",
    hours: "Hours",
    rooms: "Rooms and equipment",
    settings: "Settings",
    members: "Members",
    audit: "Audit",
    onboarding: "First steps",
  },
});

const managers: Role[] = ["owner", "manager"];
const everybody: Role[] = ["owner", "manager", "staff", "assistant"];

/** Who sees which screen, in the order of the menu. */
const screens = [
  { name: "ledger", icon: "▦", roles: everybody },
  { name: "approvals", icon: "◷", roles: ["owner", "manager", "staff"] as Role[] },
  { name: "customers", icon: "☺", roles: ["owner", "manager", "staff"] as Role[] },
  { name: "menus", icon: "≡", roles: managers },
  { name: "staff", icon: "♟", roles: managers },
  { name: "hours", icon: "◔", roles: managers },
  { name: "rooms", icon: "⌂", roles: managers },
  { name: "settings", icon: "⚙", roles: managers },
  { name: "members", icon: "⚭", roles: managers },
  { name: "audit", icon: "✓", roles: managers },
] as const;

export function BusinessShell({ children }: { children: ReactNode }) {
  const t = useTexts(words);
  const business = useBusiness();
  const lang = useLang();
  const seesPending = business.role !== "assistant";
  const pending = useQuery({ ...pendingQuery(business.id), enabled: seesPending });
  const params = { businessId: business.id };
  const places: Place[] = screens
    .filter((s) => s.roles.includes(business.role))
    .map((s) => ({
      to: `/console/b/$businessId/${s.name}` as const,
      params,
      icon: s.icon,
      label: t[s.name],
      ...(s.name === "approvals" && { count: pending.data }),
    }));
  if (["draft", "pending_review", "rejected"].includes(business.status) && business.role === "owner") {
    places.unshift({ to: "/console/b/$businessId/onboarding", params, icon: "★", label: t.onboarding });
  }
  return (
    <Frame name={<bdi>{inLang(business.name, lang)}</bdi>} places={places}>
      {children}
    </Frame>
  );
}
