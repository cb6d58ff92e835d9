/** What every answer says to browsers: policies, cookies, and that no other site is let in. */
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createApp } from "../../workers/app.ts";
import type { Env } from "../../workers/env.ts";
import type { Exchange } from "../../workers/http/route.ts";
import { setRefreshCookie } from "../../workers/http/routes/auth/cookie.ts";
import { routes } from "../../workers/http/routes/index.ts";
import { createPlatform } from "../../workers/platform.ts";
import { prepareStore, world } from "../harness/world.ts";

const worker = (exports as unknown as { default: Fetcher }).default;
const at = (path: string, init: RequestInit = {}) => worker.fetch(`http://muster.test${path}`, init);

/** The API as it is reached by https. */
async function secured(path: string, init: RequestInit = {}): Promise<Response> {
  await prepareStore();
  const { platform } = createPlatform(env as unknown as Env);
  const app = createApp({ platform, publicUrl: "https://muster.example" });
  return app(new Request(`http://inside${path}`, init), { waitUntil: () => undefined });
}

const answers: [string, string, RequestInit][] = [
  ["an answer", "/v1/health", {}],
  ["a refusal", "/v1/me", {}],
  ["nothing", "/v1/nothing", {}],
  ["a wrong method", "/v1/me", { method: "DELETE" }],
  ["the page", "/docs/api", {}],
];

describe.each(answers)("%s", (_, path, init) => {
  it("tells browsers to keep it to our own pages", async () => {
    await prepareStore();
    const { headers } = await at(path, init);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("permissions-policy")).toContain("camera=()");
    expect(headers.get("cache-control")).toBe("no-store");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get("strict-transport-security")).toBeNull();
  });

  it("insists on https where it is reached by it", async () => {
    const { headers } = await secured(path, init);
    expect(headers.get("strict-transport-security")).toBe("max-age=63072000; includeSubDomains");
  });
});

it("lets the page use its own styles and nothing else", async () => {
  const page = await at("/docs/api");
  const styles = /<style>([\s\S]*?)<\/style>/.exec(await page.text())?.[1] ?? "";
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(styles));
  const named = btoa(String.fromCharCode(...new Uint8Array(hash)));
  expect(styles.length).toBeGreaterThan(100);
  expect(page.headers.get("content-security-policy")).toBe(
    `default-src 'none'; style-src 'sha256-${named}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
});

describe("other sites", () => {
  const evil = "https://evil.example";
  const publicWrites = routes.filter(({ access, method }) => access === "public" && method !== "get");

  it.each(routes.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "get no leave from a preflight of %s",
    async (_, { method, path }) => {
      const answer = await at(path.replace(/\{\w+\}/g, "x"), {
        method: "OPTIONS",
        headers: {
          origin: evil,
          "access-control-request-method": method.toUpperCase(),
          "access-control-request-headers": "authorization, content-type",
        },
      });
      expect(answer.status).toBe(405);
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    },
  );

  it("may not read an answer, with or without a credential", async () => {
    const w = await world();
    for (const authorization of ["", `Bearer ${w.token}`]) {
      const answer = await at("/v1/me", {
        headers: { origin: evil, ...(authorization && { authorization }) },
      });
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  it("are told from our own pages on every write that needs no credential", () => {
    expect(publicWrites.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(["signIn", "refreshSession", "signOut"]),
    );
  });

  it.each(publicWrites.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "cannot send %s from a person's browser",
    async (_, { method, path }) => {
      await prepareStore();
      const send = (headers: Record<string, string>) =>
        at(path.replace(/\{\w+\}/g, "x"), {
          method: method.toUpperCase(),
          headers: { "content-type": "application/json", cookie: "muster_refresh=x", ...headers },
          body: "{}",
        });
      const foreign: Record<string, string>[] = [
        { origin: evil },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { "sec-fetch-site": "cross-site", origin: "http://muster.test" },
      ];
      for (const headers of foreign) {
        const answer = await send(headers);
        expect([answer.status, answer.headers.get("set-cookie")], JSON.stringify(headers)).toEqual([
          403,
          null,
        ]);
        expect(await answer.json()).toMatchObject({ code: "forbidden" });
      }
      const ours: Record<string, string>[] = [
        {},
        { origin: "http://muster.test" },
        { "sec-fetch-site": "same-origin", origin: "http://muster.test" },
      ];
      for (const headers of ours) expect((await send(headers)).status, JSON.stringify(headers)).not.toBe(403);
    },
  );
});

describe("the refresh cookie", () => {
  function cookieAt(publicUrl: string, token: string): string {
    let set = "";
    const http: Pick<Exchange, "setHeader"> = {
      setHeader: (name, value) => {
        if (name === "set-cookie") set = value;
      },
    };
    setRefreshCookie(http as Exchange, publicUrl, token);
    return set;
  }

  it("is bound to this host over https", () => {
    const set = cookieAt("https://muster.example", "t");
    expect(set.split("; ").toSorted()).toEqual(
      [
        "HttpOnly",
        "Max-Age=2592000",
        "Path=/",
        "SameSite=Strict",
        "Secure",
        "__Host-muster_refresh=t",
      ].toSorted(),
    );
  });

  it("has no prefix where there is no https, which browsers would refuse", () => {
    expect(cookieAt("http://127.0.0.1:8787", "t")).toMatch(
      /^muster_refresh=t; Path=\/; HttpOnly; SameSite=Strict/,
    );
    expect(cookieAt("http://127.0.0.1:8787", "t")).not.toContain("Secure");
  });

  it("is read by the name that it was set by", async () => {
    const refresh = (name: string) =>
      secured("/v1/auth/refresh", { method: "POST", headers: { cookie: `${name}=x` } });
    expect(await (await refresh("__Host-muster_refresh")).json()).toMatchObject({ code: "session_revoked" });
    expect(await (await refresh("muster_refresh")).json()).toMatchObject({ code: "unauthenticated" });
  });

  it("goes away with an empty value", () => {
    expect(cookieAt("https://muster.example", "")).toContain("__Host-muster_refresh=; ");
    expect(cookieAt("https://muster.example", "")).toContain("Max-Age=0");
  });
});
