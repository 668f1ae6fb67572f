import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { does, withSkill } from "./skills";

const need = (kind: "staff" | "room", resource_ids: string[]) =>
  ({
    id: "n",
    kind,
    resource_ids,
    units: 1,
    per_person: false,
    before_minutes: 0,
    after_minutes: 0,
    gap_start_minute: null,
    gap_end_minute: null,
  }) as const;
const service = (...requirements: ReturnType<typeof need>[]) => ({ requirements }) as unknown as Schema["ServiceView"];
const ids = (needs: ReturnType<typeof withSkill>) => needs?.map((n) => n.resource_ids);

describe("skills", () => {
  it("are everybody's when nobody is named", () => expect(does(service(need("staff", [])), "a")).toBe(true));
  it("are not those of a service without staff", () => expect(does(service(need("room", [])), "a")).toBe(false));
  it("name all others when the first one ceases", () =>
    expect(ids(withSkill(service(need("staff", []), need("room", ["r"])), "a", false, ["a", "b"]))).toEqual([["b"], ["r"]]));
  it("take somebody in", () => expect(ids(withSkill(service(need("staff", ["b"])), "a", true, ["a", "b"]))).toEqual([["b", "a"]]));
  it("are not left without anybody", () => expect(withSkill(service(need("staff", ["a"])), "a", false, ["a", "b"])).toBeUndefined());
});
