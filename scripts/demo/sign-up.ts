import type { z } from "zod";
import type { signUpAnswer } from "../../protocol/api/auth.ts";
import type { OutboxMail } from "../runtime/outbox.ts";
import { demoApi } from "./api.ts";

/** A running Muster whose mails go to an outbox of its own. */
export interface Reachable {
  url: string;
  outboxUrl: string | null;
}

export interface NewAccount {
  email: string;
  password: string;
  name?: string;
  organizationName: string;
}

export type SignedUp = z.infer<typeof signUpAnswer>;

const waitMs = 20_000;

/** Mails to this address, newest first. */
export async function mailsTo({ outboxUrl }: Reachable, email: string): Promise<OutboxMail[]> {
  if (outboxUrl === null) throw new Error("This Muster has no outbox: its mails go elsewhere");
  const answer = await fetch(`${outboxUrl}/mails?to=${encodeURIComponent(email)}`);
  return (await answer.json()) as OutboxMail[];
}

/** The newest mail to this address that has such a link, once it is there; and the token in the link. */
export async function linkTo(
  runtime: Reachable,
  email: string,
  path: string,
  besides: readonly string[] = [],
): Promise<string> {
  const pattern = new RegExp(`${path}#token=([\\w-]+)`);
  const end = Date.now() + waitMs;
  for (;;) {
    for (const { id, text } of await mailsTo(runtime, email)) {
      const token = besides.includes(id) ? undefined : text.match(pattern)?.[1];
      if (token) return token;
    }
    if (Date.now() > end) throw new Error(`no mail to ${email} with a link to ${path} came`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Signs up and opens the link from the mail, as a person does. */
export async function signUpByMail(
  runtime: Reachable,
  account: NewAccount,
  tokens: "cookie" | "body" = "cookie",
): Promise<SignedUp> {
  const api = demoApi(runtime.url);
  await api.post("/v1/auth/sign-up", account);
  const token = await linkTo(runtime, account.email.toLowerCase(), "/verify");
  return api.post<SignedUp>(`/v1/auth/email-verification?tokens=${tokens}`, {
    token,
    password: account.password,
  });
}
