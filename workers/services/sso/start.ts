import { createHash, randomBytes } from "node:crypto";
import * as oidc from "openid-client";
import { z } from "zod";
import { writeUnaudited } from "../../../db/batch.ts";
import { findConnectionToSignIn } from "../../../db/queries/sso-sign-in.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Id } from "../../../domain/ids.ts";
import { id } from "../../../protocol/api/shared.ts";
import { newLink } from "../auth/links.ts";
import { bySsoStarts, countUse } from "../auth/throttle.ts";
import type { PublicContext } from "../context.ts";
import { isBrowserTarget, openProvider, providerFault } from "./provider.ts";
import { redirectUri } from "./view.ts";

/** How long somebody may take at the provider. */
export const stateMs = 10 * 60_000;

/** What is kept, sealed, while somebody is at the provider. */
export const flow = z.object({
  connection: id("ssoConnection") as unknown as z.ZodType<Id<"ssoConnection">>,
  nonce: z.string(),
  verifier: z.string(),
  /** Hex sha256 of what the browser holds in its cookie. */
  browser: z.string(),
  returnTo: z.string(),
});
export type Flow = z.infer<typeof flow>;

export const browserHash = (secret: string): string => createHash("sha256").update(secret).digest("hex");

export interface StartSso {
  connection: Id<"ssoConnection">;
  returnTo?: string | undefined;
  email?: string | undefined;
}

export interface StartedSso {
  url: string;
  state: string;
  /** For a cookie of this browser: another one cannot finish. */
  browser: string;
}

/** Where to send the browser: to the provider, with a state and a nonce that count once. */
export async function start({ ctx, input }: { ctx: PublicContext; input: StartSso }): Promise<StartedSso> {
  await countUse(ctx, [bySsoStarts(ctx)]);
  const found = await findConnectionToSignIn(ctx.db, input.connection);
  if (!found?.connection.enabled) {
    return refuse(
      "not_found",
      "There is no such single sign-on, or it is switched off. Ask an admin of yours.",
    );
  }
  const { connection } = found;
  const provider = await reach(ctx, connection);
  const verifier = oidc.randomPKCECodeVerifier();
  const nonce = oidc.randomNonce();
  const browser = randomBytes(32).toString("base64url");
  const data: Flow = {
    connection: connection.id,
    nonce,
    verifier,
    browser: browserHash(browser),
    returnTo: input.returnTo ?? "/",
  };
  const link = await newLink(ctx, {
    kind: "sso_state",
    userId: null,
    email: "",
    data,
    expiresAtMs: ctx.clock.now() + stateMs,
  });
  const url = signInPage(ctx, provider, {
    redirect_uri: redirectUri(ctx),
    scope: connection.scopes,
    state: link.token,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(input.email && { login_hint: input.email }),
  });
  await writeUnaudited(ctx.db, "a sign-in under way", [link.insert]);
  return { url: url.href, state: link.token, browser };
}

/** The provider's own document names it: it must not lead the browser into a script. */
function signInPage(
  ctx: PublicContext,
  provider: oidc.Configuration,
  parameters: Record<string, string>,
): URL {
  let url: URL;
  try {
    url = oidc.buildAuthorizationUrl(provider, parameters);
  } catch (error) {
    return unavailable(`its sign-in page: ${providerFault(error)}`);
  }
  return isBrowserTarget(url, ctx.outside) ? url : unavailable(`its sign-in page ${url.origin} is not https`);
}

async function reach(ctx: PublicContext, connection: Parameters<typeof openProvider>[1]) {
  try {
    return await openProvider(ctx, connection);
  } catch (error) {
    ctx.log.error("an identity provider could not be asked", { issuer: connection.issuer }, error);
    return unavailable(providerFault(error));
  }
}

function unavailable(fault: string): never {
  return refuse(
    "unavailable",
    `The identity provider cannot be used now: ${fault}. Try again; if it stays, ask an admin of yours to test the connection.`,
  );
}
