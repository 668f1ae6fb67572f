import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => null });
vi.stubGlobal("navigator", { languages: ["ja"] });
vi.stubGlobal("document", { documentElement: {} });
const { panelWords } = await import("./panel-texts");
const { whatWasDone, whoDidIt } = await import("./history-words");

describe.each(["ja", "en"] as const)("a history in %s", (lang) => {
  const w = panelWords[lang];
  it("has words for every action of the server", () => {
    const actions = [
      "create",
      "approve",
      "decline",
      "expire",
      "reschedule",
      "cancel",
      "check_in",
      "undo_check_in",
      "complete",
      "no_show",
      "undo",
    ];
    for (const action of actions) expect(whatWasDone({ action, to: "confirmed" }, w)).not.toBe(w.otherChange);
  });
  it("tells a request and a walk-in from a booking", () => {
    const made = ["confirmed", "checked_in", "pending_approval"].map((to) => whatWasDone({ action: "create", to }, w));
    expect(new Set(made).size).toBe(3);
  });
  it("says something of what it does not know", () => {
    expect(whatWasDone({ action: "teleport", to: "confirmed" }, w)).toBe(w.otherChange);
  });
  it("names members where it may, and oneself always", () => {
    const names = new Map([["u1", "佐藤"]]);
    const who = (user_id: string | null, actor: "member" | "customer" | "system" = "member") =>
      whoDidIt({ actor, user_id }, "me", names, w);
    expect(who("u1")).toBe("佐藤");
    expect(who("me")).toBe(w.you);
    expect(who("u2")).toBe(w.actors.member);
    expect(who("u1", "customer")).toBe(w.actors.customer);
    expect(who(null, "system")).toBe(w.actors.system);
  });
});
