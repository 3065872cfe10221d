/**
 * The security policy takes only styles that carry this page's nonce. antd hands its nonce to most
 * of the styles that its components make, but not to all (its scroll lock, for one): every style
 * element that a script of ours makes is given it here. Markup that a stranger smuggles in does not
 * pass through createElement and stays without.
 */
export function pageNonce(): string {
  const script = document.querySelector<HTMLScriptElement>("script[nonce]");
  return script?.nonce ?? "";
}

export function giveStylesTheNonce(nonce: string): void {
  if (nonce === "") return;
  const make: unknown = Reflect.get(document, "createElement");
  if (typeof make !== "function") return;
  Reflect.set(document, "createElement", (...words: unknown[]): unknown => {
    const element: unknown = Reflect.apply(make, document, words);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  });
}
