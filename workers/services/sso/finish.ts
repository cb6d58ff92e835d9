import * as oidc from "openid-client";
import { GuardFailed, writeUnaudited } from "../../../db/batch.ts";
import { findConnectionToSignIn } from "../../../db/queries/sso-sign-in.ts";
import { DomainError } from "../../../domain/errors.ts";
import { groupsOf } from "../../../domain/tenancy/groups.ts";
import type { SsoFailure } from "../../../protocol/api/sso.ts";
import { openLink } from "../auth/links.ts";
import { openSession } from "../auth/open-session.ts";
import { secondFactorStep } from "../auth/ticket.ts";
import type { PublicContext } from "../context.ts";
import { admit, type Claimed, type Vouching } from "./admit.ts";
import { openProvider } from "./provider.ts";
import { browserHash, type Flow, flow } from "./start.ts";
import { redirectUri } from "./view.ts";

export interface FinishSso {
  /** What the provider sent the browser back with. */
  answer: URLSearchParams;
  /** From the cookie of the browser that began. */
  browser: string | undefined;
}

export type FinishedSso =
  | { ok: true; returnTo: string; refreshToken: string }
  | { ok: false; failure: SsoFailure };

/** Ends a sign-in without a session; the sign-in page says why. */
class Failed extends Error {
  readonly failure: SsoFailure;
  constructor(failure: SsoFailure, cause?: unknown) {
    super(failure, { cause });
    this.failure = failure;
  }
}

/** Never throws: a browser is on its way, and the sign-in page explains what went wrong. */
export async function finish({ ctx, input }: { ctx: PublicContext; input: FinishSso }): Promise<FinishedSso> {
  try {
    const begun = await takeFlow(ctx, input);
    const by = await findConnectionToSignIn(ctx.db, begun.connection);
    if (!by?.connection.enabled) throw new Failed("connection_disabled");
    const claimed = await askProvider(ctx, by, begun, input.answer);
    const admission = await admit(ctx, by, claimed);
    if (!admission.ok) return admission;
    return { ok: true, returnTo: begun.returnTo, refreshToken: await signIn(ctx, by, admission.user) };
  } catch (error) {
    const failure = error instanceof Failed ? error.failure : "unavailable";
    const cause = error instanceof Failed ? error.cause : error;
    if (cause !== undefined) ctx.log.error("a single sign-on failed", { failure }, cause);
    return { ok: false, failure };
  }
}

/** The sign-in that this answer belongs to: begun here, in this browser, a short time ago, and not ended yet. */
async function takeFlow(ctx: PublicContext, { answer, browser }: FinishSso): Promise<Flow> {
  const advice = { unknown: "", used: "", expired: "" };
  try {
    const link = await openLink(ctx, "sso_state", answer.get("state") ?? "", advice);
    const begun = flow.parse(link.data);
    if (browser === undefined || browserHash(browser) !== begun.browser) throw new Failed("state_invalid");
    await writeUnaudited(ctx.db, "a sign-in under way", [link.use], [link.guard]);
    return begun;
  } catch (error) {
    const invalid = error instanceof DomainError && error.refusal.code === "token_invalid";
    if (invalid || error instanceof GuardFailed) throw new Failed("state_invalid");
    throw error;
  }
}

async function askProvider(
  ctx: PublicContext,
  { connection }: Vouching,
  begun: Flow,
  answer: URLSearchParams,
): Promise<Claimed> {
  const provider = await openProvider(ctx, connection).catch((error: unknown) => {
    throw new Failed("provider_unavailable", error);
  });
  const url = new URL(redirectUri(ctx));
  url.search = answer.toString();
  try {
    const tokens = await oidc.authorizationCodeGrant(provider, url, {
      expectedState: answer.get("state") ?? "",
      expectedNonce: begun.nonce,
      pkceCodeVerifier: begun.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Failed("answer_invalid", new Error("the provider sent no ID token"));
    const complete = claims.email !== undefined && claims[connection.groupsClaim] !== undefined;
    const more =
      complete || !provider.serverMetadata().userinfo_endpoint
        ? {}
        : await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub);
    return claimedBy({ ...more, ...claims }, connection.groupsClaim);
  } catch (error) {
    throw error instanceof Failed ? error : new Failed(failureOf(error), error);
  }
}

function claimedBy(claims: Record<string, unknown> & { sub: string }, groupsClaim: string): Claimed {
  const { email, email_verified: verified, name } = claims;
  return {
    subject: claims.sub,
    email: typeof email === "string" ? email : "",
    // Some providers send it as text.
    emailVerified: verified === true || verified === "true",
    name: typeof name === "string" && name.trim() !== "" ? name.trim().slice(0, 100) : null,
    groups: groupsOf(claims[groupsClaim]),
  };
}

function failureOf(error: unknown): SsoFailure {
  if (error instanceof oidc.AuthorizationResponseError) return "provider_refused";
  if (error instanceof oidc.ResponseBodyError) {
    return error.error === "invalid_grant" ? "answer_invalid" : "provider_unavailable";
  }
  // What openid-client finds wrong has a code; what did not arrive has none.
  const found = error instanceof oidc.ClientError && error.code !== undefined;
  return found && error.code !== "OAUTH_TIMEOUT" ? "answer_invalid" : "provider_unavailable";
}

async function signIn(
  ctx: PublicContext,
  { connection, organization }: Vouching,
  user: Parameters<typeof openSession>[1],
): Promise<string> {
  // Whoever runs the provider can sign in as its people. Who has factors of their own shows one of them before
  // anything sensitive, so that the provider reaches no further into the account than a mailbox does.
  const hasFactors = (await secondFactorStep(ctx, user)) !== null;
  const { refreshToken } = await openSession(ctx, user, {
    summary: `signed in by single sign-on of ${organization.name}`,
    proof: {
      method: "sso",
      secondFactor: false,
      ssoConnectionId: connection.id,
      ...(hasFactors && { authenticatedAt: 0 }),
    },
    ssoConnectionOf: organization.id,
  });
  return refreshToken;
}
