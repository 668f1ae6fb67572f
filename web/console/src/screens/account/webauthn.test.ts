import { describe, expect, it } from "vitest";
import { creationOptions, fromBase64url, requestOptions, toBase64url } from "./webauthn";

describe("base64url", () => {
  it("comes back as it was, every byte", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect([...fromBase64url(toBase64url(bytes.buffer))]).toEqual([...bytes]);
  });
  it("has no padding and no signs of addresses", () => expect(toBase64url(Uint8Array.of(251, 255).buffer)).toBe("-_8"));
});

describe("options", () => {
  it("of a request have bytes in the place of text", () => {
    const o = requestOptions({ challenge: "AQI", rpId: "x", allowCredentials: [{ id: "Aw", type: "public-key" }] });
    expect([...new Uint8Array(o.challenge as ArrayBuffer)]).toEqual([1, 2]);
    expect([...new Uint8Array(o.allowCredentials?.[0]?.id as ArrayBuffer)]).toEqual([3]);
    expect(o.rpId).toBe("x");
  });
  it("of a creation too, with nobody to exclude", () => {
    const o = creationOptions({
      challenge: "AQI",
      user: { id: "BA", name: "n", displayName: "d" },
      rp: { name: "r" },
      pubKeyCredParams: [],
    });
    expect([...new Uint8Array(o.user.id as ArrayBuffer)]).toEqual([4]);
    expect(o.excludeCredentials).toEqual([]);
  });
});
