import { useEffect, useRef } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { assertion, passkeysWork } from "./webauthn";

/** A challenge lives for five minutes; another is fetched before. */
const fresh = 4 * 60_000;

const seen = (signal: AbortSignal) =>
  new Promise<void>((done) => {
    if (!document.hidden) return done();
    document.addEventListener("visibilitychange", () => done(), { once: true, signal });
  });

/** Has the browser offer passkeys where the address is typed, as long as `on` holds. Whoever does not know of them sees
 * nothing of it, and where it fails the button is still there. */
export function useOfferedPasskey(on: boolean, onShown: (body: Schema["PasskeySignInBody"]) => void): void {
  const shown = useRef(onShown);
  shown.current = onShown;
  useEffect(() => {
    if (!on || !passkeysWork()) return;
    const end = new AbortController();
    const offer = async () => {
      if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
      while (!end.signal.aborted) {
        await seen(end.signal);
        const { challenge_token, options } = dataOf(await api.POST("/api/v1/auth/passkey/options", { signal: end.signal }));
        const late = AbortSignal.timeout(fresh);
        const passkey = await assertion(options, { mediation: "conditional", signal: AbortSignal.any([end.signal, late]) });
        if (end.signal.aborted) return;
        if (passkey) return shown.current({ challenge_token, passkey });
        if (!late.aborted) return; // the browser will not
      }
    };
    offer().catch(() => {});
    return () => end.abort();
  }, [on]);
}
