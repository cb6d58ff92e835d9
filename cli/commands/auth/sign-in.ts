import { type SecondFactorStep, type Session, session, signInAnswer } from "../../../protocol/api/auth.ts";
import type { Cli } from "../../cli.ts";
import { type Raw, readAnswer, send, unreachable } from "../../client.ts";
import type { Credential } from "../../contexts.ts";
import { Failure } from "../../exit-codes.ts";
import { ask } from "../../prompt.ts";

/** A request without a credential, tried once. */
export async function sendPublic(
  cli: Cli,
  url: string,
  request: Pick<Raw, "path" | "body" | "query">,
): Promise<Response> {
  try {
    return await send(url, {
      method: "POST",
      ...request,
      bearer: null,
      idempotencyKey: null,
      signal: cli.signal,
    });
  } catch (error) {
    if (cli.signal.aborted) throw new Failure("interrupted", "Interrupted.");
    throw unreachable(url, error);
  }
}

export function credentialOf(cli: Cli, made: Session): Credential {
  if (made.refreshToken === undefined) {
    throw new Failure("failed", "The server gave no refresh token. Update the older of server and CLI.");
  }
  return {
    kind: "session",
    email: made.user.email,
    refreshToken: made.refreshToken,
    accessToken: made.accessToken,
    accessExpiresAt: cli.io.now() + made.expiresInSeconds * 1000,
  };
}

async function showSecondFactor(
  cli: Cli,
  url: string,
  { ticket, methods }: SecondFactorStep["secondFactor"],
  given: string | undefined,
): Promise<Session> {
  if (!methods.some((method) => method !== "passkey")) {
    throw new Failure(
      "failed",
      "This account's second factor is a passkey, which only a browser can show. Run `muster login` without a password and approve it there.",
    );
  }
  const code =
    given ??
    (await ask(cli.io, "Code of your authenticator app, or a recovery code: ", {
      instead: "Pass --code with the code of your authenticator app, or a recovery code.",
      signal: cli.signal,
    }));
  const shown = /^\s*\d{3} ?\d{3}\s*$/.test(code) ? { code: code.trim() } : { recoveryCode: code.trim() };
  const response = await sendPublic(cli, url, {
    path: "/v1/auth/second-factor",
    query: { tokens: "body" },
    body: { ticket, ...shown },
  });
  return readAnswer(response, session, url);
}

/** E-mail, password and, where the account has one, the second factor. */
export async function signInWithPassword(
  cli: Cli,
  url: string,
  given: { email: string; password: string; code?: string | undefined },
): Promise<Credential> {
  const response = await sendPublic(cli, url, {
    path: "/v1/auth/sign-in",
    query: { tokens: "body" },
    body: { email: given.email, password: given.password },
  });
  const answer = await readAnswer(response, signInAnswer, url);
  const made =
    "secondFactor" in answer ? await showSecondFactor(cli, url, answer.secondFactor, given.code) : answer;
  return credentialOf(cli, made);
}
