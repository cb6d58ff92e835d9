import { type CloudflareOptions, captureConsoleIntegration } from "@sentry/cloudflare";
import { scrub } from "../../domain/scrub.ts";

/** The app answers what breaks as a problem and logs it; the log is all that Sentry hears of it. */
export const sentryOptions = (dsn: string): CloudflareOptions => ({
  dsn,
  tracesSampleRate: 0,
  maxBreadcrumbs: 0,
  integrations: [captureConsoleIntegration({ levels: ["error"] })],
  beforeSend: scrub,
});
