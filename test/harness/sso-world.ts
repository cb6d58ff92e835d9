/** For tests of single sign-on over HTTP: the runtime, an OpenID provider and a name server, all on loopback. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Session } from "../../protocol/api/auth.ts";
import type { SsoConnection, SsoDomain } from "../../protocol/api/sso.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { CookieBrowser, locationOf } from "./cookie-browser.ts";
import { startResolver, type TestResolver } from "./dns-resolver.ts";
import { startProvider, type TestProvider } from "./oidc-provider.ts";
import { type RunningRuntime, startRuntime } from "./runtime.ts";

export const ownerPassword = "correct horse battery staple";

export interface SsoTenant {
  token: string;
  email: string;
  org: string;
  domain: string;
  connection: SsoConnection;
}

interface Called<T> {
  status: number;
  body: T & { code?: string; detail?: string };
}

interface Ended {
  location: string;
  session: Session | null;
}

type CallParameters = [token: string, method: string, path: string, body?: unknown];

export interface SsoWorld {
  runtime: RunningRuntime;
  provider: TestProvider;
  resolver: TestResolver;
  call<T>(...call: CallParameters): Promise<Called<T>>;
  /** A call that throws with the answer when it is refused. */
  expected<T>(...call: CallParameters): Promise<T>;
  /** An organization with a verified domain of its own and a connection that is on. */
  tenant(settings?: object): Promise<SsoTenant>;
  /** Makes an account at the provider; answers its login. */
  account(t: SsoTenant, login: string, facts?: object): string;
  /** Begins here and signs in there; answers where the provider sends the browser back to. */
  toCallback(browser: CookieBrowser, connection: string, login: string): Promise<string>;
  /** The rest of a sign-in; the session, as the dashboard then gets it by its cookie. */
  finish(browser: CookieBrowser, callback: string): Promise<Ended>;
  signIn(t: SsoTenant, login: string): Promise<Ended>;
  /** Ends what a test made the provider do. */
  behaveAgain(): void;
  stop(): Promise<void>;
}

export async function startSsoWorld(): Promise<SsoWorld> {
  const resolver = await startResolver();
  const provider = await startProvider(() => [`${runtime.url}/v1/auth/sso/callback`]);
  const runtime = await startRuntime({
    vars: {
      WEBHOOK_ALLOWED_HOSTS: provider.host,
      WEBHOOK_DNS_URL: resolver.url,
    },
  });

  async function call<T>(...[token, method, path, body]: CallParameters): Promise<Called<T>> {
    const answer = await fetch(`${runtime.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  }

  async function expected<T>(...[token, method, path, body]: CallParameters): Promise<T> {
    const answer = await call<T>(token, method, path, body);
    if (answer.status > 299)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async function tenant(settings: object = { defaultRole: "viewer" }): Promise<SsoTenant> {
    const domain = `${randomUUID().slice(0, 8)}.example`;
    const email = `owner@${domain}`;
    const signedUp = await signUpByMail(runtime, {
      email,
      password: ownerPassword,
      organizationName: "Acme",
    });
    const org = signedUp.created.organization;
    const token = signedUp.accessToken;
    const path = `/v1/orgs/${org}/sso-connections`;
    const made = await expected<SsoConnection>(token, "POST", path, {
      name: "Test provider",
      issuer: provider.issuer,
      clientId: provider.clientId,
      clientSecret: provider.clientSecret,
      scopes: ["openid", "email", "profile", "groups"],
      enabled: true,
      ...settings,
    });
    const claim = await expected<SsoDomain>(token, "POST", `${path}/${made.id}/domains`, { domain });
    resolver.texts.set(claim.record.name, ["v=spf1 -all", claim.record.value]);
    await expected(token, "POST", `/v1/orgs/${org}/sso-domains/${claim.id}/verify`);
    return { token, email, org, domain, connection: made };
  }

  function account(t: SsoTenant, login: string, facts: object = {}): string {
    const name = `${login}-${t.domain}`;
    provider.accounts.set(name, {
      email: `${login}@${t.domain}`,
      email_verified: true,
      name: "Ada Lovelace",
      groups: [],
      ...facts,
    });
    return name;
  }

  async function toCallback(browser: CookieBrowser, connection: string, login: string): Promise<string> {
    const begun = await browser.json(`${runtime.url}/v1/auth/sso/start`, { connection, returnTo: "/fleets" });
    expect(begun.status).toBe(200);
    const { url } = (await begun.json()) as { url: string };
    const form = locationOf(await browser.send(url));
    const resume = locationOf(await browser.form(form, { prompt: "login", login, password: "any" }));
    return locationOf(await browser.send(resume));
  }

  async function finish(browser: CookieBrowser, callback: string): Promise<Ended> {
    const answer = await browser.send(callback);
    expect(answer.status).toBe(302);
    const refreshed = await browser.json(`${runtime.url}/v1/auth/refresh`, {});
    return {
      location: locationOf(answer).slice(runtime.url.length),
      session: refreshed.ok ? ((await refreshed.json()) as Session) : null,
    };
  }

  return {
    runtime,
    provider,
    resolver,
    call,
    expected,
    tenant,
    account,
    toCallback,
    finish,
    async signIn(t, login) {
      const browser = new CookieBrowser();
      return finish(browser, await toCallback(browser, t.connection.id, login));
    },
    behaveAgain() {
      provider.tamper = null;
      provider.outage = null;
    },
    async stop() {
      await runtime.stop();
      await provider.close();
      resolver.close();
    },
  };
}
