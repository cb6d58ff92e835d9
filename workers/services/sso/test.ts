import * as oidc from "openid-client";
import { z } from "zod";
import { listSsoDomains, type SsoConnectionRow } from "../../../db/queries/sso.ts";
import { plural } from "../../../domain/plural.ts";
import type { SsoTest } from "../../../protocol/api/sso.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import type { OneConnection } from "./get.ts";
import { fetchOutside, isBrowserTarget, openProvider, providerFault } from "./provider.ts";
import { connectionIn } from "./scope.ts";
import { redirectUri } from "./view.ts";

type Check = SsoTest["checks"][number];

const keySet = z.object({ keys: z.array(z.unknown()).min(1) });

/** A check that does not hold; nothing after it is tried. */
class Fails extends Error {}

/** Tries all that can be tried without a person: what is wrong comes out here, not at somebody's sign-in. */
export async function test({ ctx, input }: { ctx: Context; input: OneConnection }): Promise<SsoTest> {
  const { id } = organizationScope(ctx, input.org, "sso.write");
  const row = await connectionIn(ctx, id, input.connection);
  const checks: Check[] = [];
  for await (const check of run(ctx, row)) {
    checks.push(check);
    if (!check.ok) break;
  }
  return { ok: checks.every(({ ok }) => ok), checks };
}

async function* run(ctx: Context, row: SsoConnectionRow): AsyncGenerator<Check> {
  let provider: oidc.Configuration | null = null;
  const opened = async () => {
    provider ??= await openProvider(ctx, row);
    return provider;
  };
  const steps: [Check["name"], () => Promise<string>][] = [
    ["discovery", async () => `found ${(await opened()).serverMetadata().issuer}`],
    ["endpoints", async () => endpoints(ctx, await opened())],
    ["features", async () => features(await opened(), row)],
    ["keys", async () => keys(ctx, await opened())],
    ["client", async () => client(ctx, await opened())],
    ["domains", () => domains(ctx, row)],
  ];
  for (const [name, step] of steps) {
    try {
      yield { name, ok: true, detail: await step() };
    } catch (error) {
      if (!(error instanceof Fails)) ctx.log.error("a connection's test failed", { check: name }, error);
      yield { name, ok: false, detail: error instanceof Fails ? error.message : explain(name, row, error) };
    }
  }
}

function explain(name: Check["name"], row: SsoConnectionRow, error: unknown): string {
  const fault = providerFault(error);
  return name === "discovery"
    ? `${row.issuer} could not be read as a provider: ${fault}. Check the issuer; its discovery document is under /.well-known/openid-configuration.`
    : `${fault}. Check what the provider's discovery document says.`;
}

async function endpoints(ctx: Context, provider: oidc.Configuration): Promise<string> {
  const server = provider.serverMetadata();
  const page = server.authorization_endpoint;
  if (!page || !server.token_endpoint || !server.jwks_uri) {
    throw new Fails(
      "The discovery document names no authorization_endpoint, token_endpoint or jwks_uri. Use the issuer of an OpenID provider.",
    );
  }
  if (!URL.canParse(page) || !isBrowserTarget(new URL(page), ctx.outside)) {
    throw new Fails(`People would be sent to ${page}, which is not https. Correct it at the provider.`);
  }
  return `people sign in at ${new URL(page).origin}`;
}

async function features(provider: oidc.Configuration, row: SsoConnectionRow): Promise<string> {
  const server = provider.serverMetadata();
  const known = server.scopes_supported;
  const unknown = known ? row.scopes.split(" ").filter((scope) => !known.includes(scope)) : [];
  if (unknown.length > 0) {
    throw new Fails(
      `The provider does not know the scopes ${unknown.join(", ")}. It knows ${known?.join(", ")}.`,
    );
  }
  // Many providers take PKCE and do not say so; one that does not heeds the nonce all the same.
  return provider.serverMetadata().supportsPKCE() ? "takes PKCE and the scopes" : "takes the scopes";
}

async function keys(ctx: Context, provider: oidc.Configuration): Promise<string> {
  const answer = await fetchOutside(ctx.outside, provider.serverMetadata().jwks_uri ?? "", {});
  const found = keySet.safeParse(answer.ok ? await answer.json() : null);
  if (!found.success) throw new Fails("The provider's jwks_uri holds no keys. Check it there.");
  return plural(found.data.keys.length, "key");
}

/** A code that nobody gave is refused as a code only after the client was let in. */
async function client(ctx: Context, provider: oidc.Configuration): Promise<string> {
  try {
    await oidc.genericGrantRequest(provider, "authorization_code", {
      code: "a-code-that-nobody-gave",
      redirect_uri: redirectUri(ctx),
      code_verifier: oidc.randomPKCECodeVerifier(),
    });
  } catch (error) {
    const named = error instanceof oidc.ResponseBodyError ? error.error : null;
    if (named === "invalid_grant") return "the client id and secret are taken";
    if (named === null && !(error instanceof oidc.WWWAuthenticateChallengeError)) throw error;
    const said = named === null ? "refused the client id or secret" : providerFault(error);
    throw new Fails(
      `The provider ${said}. Check the client id and secret, and that the client may use the authorization code.`,
    );
  }
  throw new Fails("The provider gave tokens for a code that it never made. It must not be trusted.");
}

async function domains(ctx: Context, row: SsoConnectionRow): Promise<string> {
  const verified = (await listSsoDomains(ctx.db, row.organizationId, [row.id])).filter(
    ({ verifiedAt }) => verifiedAt !== null,
  );
  if (verified.length === 0) {
    throw new Fails("No domain is verified: nobody could sign in by it. Claim a domain and verify it.");
  }
  return verified.map(({ domain }) => domain).join(", ");
}
