import { refuse } from "../../../domain/errors.ts";

/** What browsers say of requests that a page of ours, or the person, has made. */
const own = new Set(["same-origin", "none"]);

/**
 * Refuses a write that another site's page makes in a person's browser: such a write may carry our cookie, or set it.
 * Programs that are no browser send neither header. `Sec-Fetch-Site` cannot be forged by a page; browsers that do not
 * send it (no TLS) still say the `Origin`.
 */
export function refuseOtherSites(request: Request, publicUrl: string): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const ours = [new URL(publicUrl).origin, new URL(request.url).origin];
  const fits = site === null ? origin === null || ours.includes(origin) : own.has(site);
  if (fits) return;
  refuse(
    "forbidden",
    "A page of another site has sent this, and only our own pages may sign in or out here. Open the dashboard itself; programs leave out the Origin header.",
  );
}
