// Whether customers get a mail of what is done in the ledger: asked once, and remembered for the session where wanted.

const key = "ledger.tell";

export function remembered(): boolean | undefined {
  const said = sessionStorage.getItem(key);
  return said === null ? undefined : said === "yes";
}

export function remember(tell: boolean): void {
  sessionStorage.setItem(key, tell ? "yes" : "no");
}
