/** The npm `oidc-provider`, a certified OpenID provider, on loopback; and ways to make it misbehave. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import Provider, { type KoaContextWithOIDC } from "oidc-provider";

export interface Account {
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: string[];
}

export interface TestProvider {
  issuer: string;
  host: string;
  clientId: string;
  clientSecret: string;
  /** By what is typed in as login, which also is the subject unless `subjects` says another one. */
  accounts: Map<string, Account>;
  subjects: Map<string, string>;
  /** Alters the ID token before it is sent; signed by the provider's key, or by one that nobody knows. */
  tamper: ((claims: JWTPayload) => { claims: JWTPayload; forged?: boolean }) | null;
  /** Answers every request with this status while it is set. */
  outage: number | null;
  close(): Promise<void>;
}

/** `redirectUri` may come later: the runtime's address is known only after the provider's. */
export async function startProvider(redirectUris: () => string[]): Promise<TestProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const forger = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "test" };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made: TestProvider = {
    issuer: `http://${host}`,
    host,
    clientId: "muster",
    clientSecret: "a secret of the test / with: odd + characters",
    accounts: new Map(),
    subjects: new Map(),
    tamper: null,
    outage: null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const provider = new Provider(made.issuer, {
    clients: [
      {
        client_id: made.clientId,
        client_secret: made.clientSecret,
        // Replaced by `redirectUris` at each request.
        redirect_uris: ["http://127.0.0.1/callback"],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "email", "profile", "groups"],
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    ttl: { Session: 3600, Interaction: 3600, Grant: 3600, AccessToken: 600, IdToken: 600 },
    findAccount: (_, login) => ({
      accountId: login,
      claims: () => ({ sub: made.subjects.get(login) ?? login, ...made.accounts.get(login) }),
    }),
    // Nobody is asked to consent: the client belongs to the same company.
    async loadExistingGrant(ctx) {
      const { client, session, provider: own } = ctx.oidc;
      if (!client || !session?.accountId) return undefined;
      const grant = new own.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid email profile groups");
      await grant.save();
      return grant;
    },
  });
  provider.Client.prototype.redirectUriAllowed = (uri: string) => redirectUris().includes(uri);
  provider.use(async (ctx, next) => {
    if (made.outage !== null) {
      ctx.status = made.outage;
      ctx.body = "out of order";
      return;
    }
    await next();
    if (made.tamper) await tamperWith(ctx as KoaContextWithOIDC, made.tamper);
  });
  async function tamperWith(ctx: KoaContextWithOIDC, tamper: NonNullable<TestProvider["tamper"]>) {
    const body = ctx.body as { id_token?: string } | undefined;
    if (ctx.oidc?.route !== "token" || typeof body?.id_token !== "string") return;
    const [, payload = ""] = body.id_token.split(".");
    const { claims, forged } = tamper(JSON.parse(Buffer.from(payload, "base64url").toString()));
    body.id_token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "test" })
      .sign(forged ? forger.privateKey : privateKey);
  }
  server.on("request", provider.callback());
  return made;
}
