import { httpMail } from "./http.ts";
import { smtpMail } from "./smtp.ts";
import type { MailSettings, MailTransport } from "./transport.ts";

/** By the scheme of the URL: `smtp://` and `smtps://`, or an HTTP provider. */
export function openMailTransport(settings: MailSettings): MailTransport {
  return /^smtps?:/.test(settings.url) ? smtpMail(settings) : httpMail(settings);
}
