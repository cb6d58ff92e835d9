import type { CloudflareOptions } from "@sentry/cloudflare";
import { scrub } from "../../domain/scrub.ts";

/** What an object throws is all that Sentry hears of it. */
export const sentryOptions = (dsn: string): CloudflareOptions => ({
  dsn,
  tracesSampleRate: 0,
  maxBreadcrumbs: 0,
  beforeSend: scrub,
});
