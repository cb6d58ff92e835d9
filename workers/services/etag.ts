/**
 * Whether an `If-Match` header holds for the present ETag. Weak ones count: our tags name a version, not bytes, and
 * proxies that compress an answer make its tag weak.
 */
export function matchesEtag(ifMatch: string, etag: string): boolean {
  return ifMatch
    .split(",")
    .map((one) => one.trim().replace(/^W\//, ""))
    .some((one) => one === "*" || one === etag);
}
