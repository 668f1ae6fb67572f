import type { Schema } from "@/api/client";

// Between the JSON of WebAuthn, which the API speaks, and what browsers take. Newer browsers can convert by themselves, older
// ones cannot; one way for all is one way to be wrong.

type Json = Record<string, unknown>;

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

interface Descriptor {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

const descriptors = (list: unknown): PublicKeyCredentialDescriptor[] =>
  ((list ?? []) as Descriptor[]).map((d) => ({ ...d, id: fromBase64url(d.id) }));

export function requestOptions(json: Json): PublicKeyCredentialRequestOptions {
  return { ...json, challenge: fromBase64url(String(json["challenge"])), allowCredentials: descriptors(json["allowCredentials"]) };
}

export function creationOptions(json: Json): PublicKeyCredentialCreationOptions {
  const user = json["user"] as { id: string; name: string; displayName: string };
  return {
    ...(json as unknown as PublicKeyCredentialCreationOptions),
    challenge: fromBase64url(String(json["challenge"])),
    user: { ...user, id: fromBase64url(user.id) },
    excludeCredentials: descriptors(json["excludeCredentials"]),
  };
}

/** Options come bare, or below publicKey. */
const bare = (options: unknown): Json => ((options as Json)["publicKey"] ?? options) as Json;

/** Whether passkeys work here: browsers give them to domains only, never to the number of a machine. */
export function passkeysWork(host = location.hostname): boolean {
  return "PublicKeyCredential" in globalThis && !/^[\d.]+$|:/.test(host);
}

/** Asks the browser for a passkey; undefined when the person cancels or there is none. */
export async function assertion(
  options: unknown,
  how: Pick<CredentialRequestOptions, "mediation" | "signal"> = {},
): Promise<Schema["Assertion"] | undefined> {
  try {
    const got = (await navigator.credentials.get({ ...how, publicKey: requestOptions(bare(options)) })) as PublicKeyCredential | null;
    if (!got) return undefined;
    const r = got.response as AuthenticatorAssertionResponse;
    return {
      id: got.id,
      rawId: toBase64url(got.rawId),
      type: "public-key",
      response: {
        authenticatorData: toBase64url(r.authenticatorData),
        clientDataJSON: toBase64url(r.clientDataJSON),
        signature: toBase64url(r.signature),
        ...(r.userHandle && { userHandle: toBase64url(r.userHandle) }),
      },
    };
  } catch (e) {
    if (e instanceof DOMException) return undefined;
    throw e;
  }
}

/** Has the browser make a passkey; undefined when the person cancels, "known" when this device has one of the account. */
export async function attestation(options: unknown): Promise<Schema["Attestation"] | "known" | undefined> {
  try {
    const got = (await navigator.credentials.create({ publicKey: creationOptions(bare(options)) })) as PublicKeyCredential | null;
    if (!got) return undefined;
    const r = got.response as AuthenticatorAttestationResponse;
    return {
      id: got.id,
      rawId: toBase64url(got.rawId),
      type: "public-key",
      response: {
        attestationObject: toBase64url(r.attestationObject),
        clientDataJSON: toBase64url(r.clientDataJSON),
        transports: r.getTransports?.() ?? [],
      },
    };
  } catch (e) {
    if (e instanceof DOMException) return e.name === "InvalidStateError" ? "known" : undefined;
    throw e;
  }
}
