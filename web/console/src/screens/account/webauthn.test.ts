import { afterEach, describe, expect, it, vi } from "vitest";
import { assertion, attestation, creationOptions, fromBase64url, passkeysWork, requestOptions, toBase64url } from "./webauthn";

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

afterEach(() => vi.unstubAllGlobals());

const bytes = (...of: number[]) => Uint8Array.of(...of).buffer;
const browser = (credentials: object) => vi.stubGlobal("navigator", { credentials });

describe("what the browser answers", () => {
  it("of a passkey that is shown becomes text", async () => {
    const response = { authenticatorData: bytes(1), clientDataJSON: bytes(2), signature: bytes(251), userHandle: bytes(255) };
    browser({ get: async () => ({ id: "AQ", rawId: bytes(1), response }) });
    expect(await assertion({ publicKey: { challenge: "AQI" } })).toEqual({
      id: "AQ",
      rawId: "AQ",
      type: "public-key",
      response: { authenticatorData: "AQ", clientDataJSON: "Ag", signature: "-w", userHandle: "_w" },
    });
  });
  it("says nothing of whose it is when the browser does not", async () => {
    const response = { authenticatorData: bytes(1), clientDataJSON: bytes(2), signature: bytes(3), userHandle: null };
    browser({ get: async () => ({ id: "AQ", rawId: bytes(1), response }) });
    expect((await assertion({ challenge: "AQI" }))?.response).not.toHaveProperty("userHandle");
  });
  it("is nothing when the person cancels", async () => {
    browser({ get: () => Promise.reject(new DOMException("no", "NotAllowedError")) });
    expect(await assertion({ challenge: "AQI" })).toBeUndefined();
  });
  it("tells a device that has a passkey already from one that was cancelled", async () => {
    const user = { id: "BA", name: "n", displayName: "d" };
    browser({ create: () => Promise.reject(new DOMException("known", "InvalidStateError")) });
    expect(await attestation({ challenge: "AQI", user })).toBe("known");
    browser({ create: () => Promise.reject(new DOMException("no", "NotAllowedError")) });
    expect(await attestation({ challenge: "AQI", user })).toBeUndefined();
  });
});

describe("passkeys", () => {
  it.each([
    ["shop.example", true],
    ["localhost", true],
    ["127.0.0.1", false],
    ["[::1]", false],
  ])("at %s: %s", (host, works) => {
    vi.stubGlobal("PublicKeyCredential", class {});
    expect(passkeysWork(host)).toBe(works);
  });
  it("need a browser that knows them", () => expect(passkeysWork("shop.example")).toBe(false));
});
