import { env, exports } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { sha256Hex } from "../../domain/configs/hash.ts";
import type { AgentRelease } from "../../protocol/api/agent-releases.ts";
import { bucketDownloads, serviceDownloads } from "../../workers/adapters/download-stores.ts";
import { downloadsBucket, publish, releaseOf } from "../harness/worker/released.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

interface Page {
  items: AgentRelease[];
  nextCursor: string | null;
}

let w: World;
beforeAll(async () => {
  w = await world();
});

const ask = (query = "") => expectCall<Page>(200, "GET", `/v1/agent-releases${query}`, { token: w.token });

it("is empty before anything was published, and for whoever is signed in", async () => {
  expect(await ask()).toEqual({ items: [], nextCursor: null });
  expect((await call("GET", "/v1/agent-releases")).status).toBe(401);
});

it("tells of every release, the newest first, page by page, with what a rollout must name", async () => {
  for (const version of ["1.2.0", "1.10.0", "1.10.0-rc.1"]) await publish(releaseOf(version), false);
  await publish(releaseOf("1.9.0"));
  // What is no release, and one that has not come whole.
  await downloadsBucket.put("notes/readme.txt", "x");
  await downloadsBucket.put("3.0.0/muster-agent-linux-x64", "x");

  const { items } = await ask();
  expect(items.map(({ version, latest }) => [version, latest])).toEqual([
    ["1.10.0", false],
    ["1.10.0-rc.1", false],
    ["1.9.0", true],
    ["1.2.0", false],
  ]);
  const [newest] = items;
  const [binary] = releaseOf("1.10.0").artifacts;
  expect(newest).toMatchObject({
    sourceDate: "2026-11-01T00:00:00.000Z",
    publicKey: "AAAA",
    platforms: ["linux-x64"],
    files: [{ ...binary, url: "http://muster.test/downloads/1.10.0/muster-agent-linux-x64" }],
  });
  const worker = (exports as unknown as { default: Fetcher }).default;
  const index = await worker.fetch(newest?.package.url ?? "");
  expect(newest?.package).toEqual({
    name: "muster-agent",
    version: "1.10.0",
    url: "http://muster.test/downloads/1.10.0/muster-agent.json",
    sha256: sha256Hex(new Uint8Array(await index.arrayBuffer())),
  });

  const seen: string[] = [];
  for (let cursor = ""; ; ) {
    const page = await ask(`?limit=2${cursor}`);
    seen.push(...page.items.map(({ version }) => version));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(seen).toEqual(items.map(({ version }) => version));
  const wrong = await call("GET", "/v1/agent-releases?cursor=bm8", { token: w.token });
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: "cursor" }] } });
});

it("says of a release without signatures that it has none", async () => {
  const [binary] = releaseOf("0.9.0").artifacts;
  const artifacts = binary ? [{ ...binary, signature: "" }] : [];
  await publish(releaseOf("0.9.0", { publicKey: "", artifacts }), false);
  const oldest = (await ask()).items.at(-1);
  expect(oldest).toMatchObject({ version: "0.9.0", publicKey: null, files: [{ signature: null }] });
});

it("reads the list of a published release once", async () => {
  const bucket = (env as unknown as { DOWNLOADS: R2Bucket }).DOWNLOADS;
  const read: string[] = [];
  const counting = new Proxy(bucket, {
    get(target, name) {
      if (name !== "get") return Reflect.get(target, name).bind(target);
      return (path: string) => {
        read.push(path);
        return target.get(path);
      };
    },
  });
  const downloads = bucketDownloads(counting);
  expect(await downloads.release("9.0.0")).toBeNull();
  await publish(releaseOf("9.0.0"), false);
  const first = await downloads.release("9.0.0");
  expect(first?.version).toBe("9.0.0");
  expect(await downloads.release("9.0.0")).toEqual(first);
  expect(read).toEqual(["9.0.0/release.json", "9.0.0/release.json"]);
});

it("lists what a service has, and nothing where there is no such list", async () => {
  const service = (answer: () => Response) =>
    serviceDownloads({ fetch: async () => answer() } as unknown as Fetcher);
  const some = service(() => Response.json(["1.0.0", "node_modules", "1.1.0-rc.1"]));
  expect(await some.list()).toEqual(["1.0.0", "1.1.0-rc.1"]);
  expect(await service(() => new Response("", { status: 404 })).list()).toEqual([]);
  await expect(service(() => new Response("", { status: 500 })).list()).rejects.toThrow("answered 500");
});
