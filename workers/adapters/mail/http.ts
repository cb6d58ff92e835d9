import { type MailSettings, type MailTransport, mailTimeoutMs } from "./transport.ts";

/** POSTs `{from, to, subject, text, html}` as JSON. Any 2xx means that the mail was taken. */
export function httpMail({ url, from, token }: MailSettings): MailTransport {
  return {
    async send(mail) {
      const answer = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ from, ...mail }),
        redirect: "manual",
        signal: AbortSignal.timeout(mailTimeoutMs),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`the mail provider answered ${answer.status}`);
    },
  };
}
