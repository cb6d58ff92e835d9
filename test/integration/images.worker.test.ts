/** Container apps: whose digest a release pins, and what it asks of which registry. Many configs assigned at once. */
import { expect, it } from "vitest";
import type { Release, RolloutPreview } from "../../protocol/api/rollouts.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { ownApp } from "../harness/worker/own-app.ts";
import { expectCall, type World, world } from "../harness/world.ts";

const digest = (character: string) => `sha256:${character.repeat(64)}`;
const manifest = (ref: string) => `image: {ref: "${ref}"}\nprocesses:\n  web:\n`;
const names = { Answer: [{ type: 1, data: "1.1.1.1" }] };

async function config(w: World, name: string, content: string, more: object = {}): Promise<string> {
  const made = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name, kind: "container", content, ...more },
  });
  return made.id;
}

interface Seen {
  method: string;
  url: string;
  authorization: string | null;
}

/** The API beside a world of registries; whatever they are asked is kept. */
async function beside(answer: (seen: Seen) => Response) {
  const seen: Seen[] = [];
  const app = await ownApp({
    dnsUrl: "https://dns.test/",
    allowedHosts: [],
    async fetch(url, init) {
      if (url.startsWith("https://dns.test/")) return Response.json(names);
      const one = {
        method: init.method ?? "GET",
        url,
        authorization: new Headers(init.headers).get("authorization"),
      };
      seen.push(one);
      return answer(one);
    },
  });
  const release = (w: World, body: object) =>
    app.call<Release & Problem>("POST", `/v1/fleets/${w.fleet}/releases`, { token: w.token, body });
  return { app, seen, release };
}

const has = (value: string) => new Response(null, { headers: { "docker-content-digest": value } });

it("pins the image by the digest that the registry has, with the token that it asks for", async () => {
  const w = await world();
  const { seen, release } = await beside(({ url, authorization }) => {
    if (url.startsWith("https://auth.example.com/")) return Response.json({ token: "t1" });
    if (authorization === "Bearer t1") return has(digest("a"));
    const challenge = 'Bearer realm="https://auth.example.com/token",service="registry.example.com"';
    return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
  });
  const app = await config(w, "shop", manifest("registry.example.com/team/shop:1.4"));
  const { status, body } = await release(w, { assignments: [{ config: app }] });
  expect(status, body.detail).toBe(201);
  expect(body.assignments[0]?.image).toEqual({
    ref: "registry.example.com/team/shop:1.4",
    digest: digest("a"),
  });
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "HEAD https://registry.example.com/v2/team/shop/manifests/1.4",
    "GET https://auth.example.com/token?service=registry.example.com&scope=repository%3Ateam%2Fshop%3Apull",
    "HEAD https://registry.example.com/v2/team/shop/manifests/1.4",
  ]);
});

it("asks nobody about a digest, and once about a tag that two apps name", async () => {
  const w = await world();
  const { seen, release } = await beside(() => has(digest("b")));
  const [one, two, fixed] = await Promise.all([
    config(w, "one", manifest("registry.example.com/app:1")),
    config(w, "two", manifest("registry.example.com/app:1")),
    config(w, "fixed", manifest(`registry.example.com/app@${digest("c")}`)),
  ]);
  const { body } = await release(w, {
    assignments: [one, two, fixed].map((id, i) => ({ config: id, fileName: `${i}.json` })),
  });
  expect(body.assignments.map(({ image }) => image?.digest)).toEqual([digest("b"), digest("b"), digest("c")]);
  expect(seen).toHaveLength(1);
});

it("fills a reference in from variables, and refuses what differs from agent to agent", async () => {
  const w = await world();
  const { seen, release } = await beside(() => has(digest("d")));
  const set = (body: object) =>
    expectCall(201, "POST", `/v1/environments/${w.environment}/variables`, { token: w.token, body });
  await set({ name: "TAG", value: "1.0" });
  await set({ name: "TAG", value: "2.0", fleet: w.fleet });
  const app = await config(w, "shop", manifest(`registry.example.com/shop:\${var:TAG}`));
  const made = await release(w, { assignments: [{ config: app }] });
  expect(made.body.assignments[0]?.image?.ref).toBe("registry.example.com/shop:2.0");
  expect(seen.map(({ url }) => url)).toEqual(["https://registry.example.com/v2/shop/manifests/2.0"]);

  await set({ name: "TAG", value: "3.0", selector: "zone=a" });
  const refused = await release(w, { assignments: [{ config: app }] });
  expect([refused.status, refused.body.code]).toEqual([422, "config_invalid"]);
  expect(refused.body.detail).toContain('"zone=a"');
  const byLabel = await config(w, "label", manifest(`registry.example.com/shop:\${agent:tag}`));
  expect((await release(w, { assignments: [{ config: byLabel }] })).body.detail).toContain(
    "cannot stand in an image's reference",
  );
});

it.each([
  ["a tag that is not there", () => new Response(null, { status: 404 }), 422, "does not have it"],
  ["a registry that is down", () => new Response(null, { status: 503 }), 503, "answered 503"],
  [
    "a redirect",
    () => new Response(null, { status: 307, headers: { location: "https://x.test" } }),
    422,
    "307",
  ],
  [
    "a realm inside a network",
    () =>
      new Response(null, {
        status: 401,
        headers: { "www-authenticate": 'Bearer realm="http://169.254.169.254/token"' },
      }),
    422,
    "is not asked",
  ],
] as const)("refuses %s, by place", async (_name, answer, status, text) => {
  const w = await world();
  const { release } = await beside(answer);
  const app = await config(w, "shop", manifest("registry.example.com/shop:1"));
  const refused = await release(w, { assignments: [{ config: app }] });
  expect(refused.status).toBe(status);
  expect(refused.body.errors[0]?.path).toBe("assignments[0].content:1:14");
  expect(refused.body.errors[0]?.message).toContain(text);
});

it("asks no registry inside a network", async () => {
  const w = await world();
  const { seen, release } = await beside(() => has(digest("e")));
  for (const host of ["10.0.0.5:5000", "localhost:5000", "registry.internal"]) {
    const app = await config(w, `app-${host.replace(/[^a-z0-9]/g, "-")}`, manifest(`${host}/shop:1`));
    expect((await release(w, { assignments: [{ config: app }] })).body.detail).toContain("is not asked");
  }
  expect(seen).toEqual([]);
});

it("assigns every config with a label, each under its own name", async () => {
  const w = await world();
  const fixed = manifest(`registry.example.com/app@${digest("f")}`);
  for (const [name, labels] of Object.entries({
    b: { team: "edge" },
    a: { team: "edge" },
    c: { team: "web" },
  })) {
    await config(w, name, fixed, { labels });
  }
  const plan = (assignment: object) =>
    expectCall<RolloutPreview>(200, "POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
      token: w.token,
      body: { assignments: [assignment] },
    });
  const { assignments } = await plan({ configs: "team=edge", fileName: "apps/{config}.json" });
  expect(
    assignments.map(({ configName, fileName, carriedOver }) => [configName, fileName, carriedOver]),
  ).toEqual([
    ["a", "apps/a.json", false],
    ["b", "apps/b.json", false],
  ]);
  const refuse = (assignment: object, status: number) =>
    expectCall<Problem>(status, "POST", `/v1/fleets/${w.fleet}/releases`, {
      token: w.token,
      body: { assignments: [assignment] },
    });
  const conflict = await refuse({ configs: "team=edge" }, 422);
  expect(conflict.detail).toMatch(/a v1 .* and b v1 .* both write the file "app.json"/);
  expect((await refuse({ configs: "team=none" }, 400)).errors[0]).toEqual({
    path: "assignments[0].configs",
    message: '"team=none" matches no config of this project',
  });
  expect((await refuse({ configs: "team=" }, 400)).errors[0]?.path).toBe("assignments[0].configs");
});
