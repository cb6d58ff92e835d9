import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { packageIndex } from "../../protocol/package-index.ts";
import { noDownloads } from "../../workers/adapters/downloads.ts";
import { createDownloads } from "../../workers/downloads/serve.ts";
import {
  downloadsBucket as bucket,
  releasedBytes as bytes,
  publish,
  releaseOf,
} from "../harness/worker/released.ts";

const worker = (exports as unknown as { default: Fetcher }).default;
const ask = (path: string, init?: RequestInit) => worker.fetch(`https://muster.test${path}`, init);

const textOf = async (answer: Response) => new TextDecoder().decode(await answer.arrayBuffer());

const manifest = releaseOf("1.2.3");
const sha256 = manifest.artifacts[0]?.sha256;

describe("before a release was published", () => {
  it("the script says so, and fails", async () => {
    const answer = await ask("/install.sh");
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("has no release of the agent yet");
    expect((await ask("/downloads/1.2.3/muster-agent-linux-x64")).status).toBe(404);
  });
});

describe("a published release", () => {
  beforeAll(async () => {
    await publish(manifest);
    await bucket.put("1.2.3/muster-agent-linux-x64", bytes);
    await bucket.put("1.2.3/muster-agent-linux-x64.sig", "AAAA\n");
    await bucket.put("1.2.3/secret.txt", "not a file of the release");
  });

  it("is installed by a script that names its version and checksum", async () => {
    const answer = await ask("/install.sh");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/x-shellscript; charset=utf-8");
    const text = await answer.text();
    expect(text).toContain("version='1.2.3'");
    expect(text).toContain(`linux-x64) sum=${sha256}`);
    expect(text).toContain("endpoint='wss://muster.test/v1/opamp'");
    expect(text.trimEnd().split("\n").at(-1)).toBe('{ main "$@"; exit; }');
  });

  it("is one package for hosts of every kind, by an index whose text stays the same", async () => {
    const pinned = await ask("/downloads/1.2.3/muster-agent.json");
    expect(pinned.headers.get("cache-control")).toContain("immutable");
    const text = await textOf(pinned);
    expect(packageIndex.parse(JSON.parse(text))).toEqual({
      musterPackage: 1,
      name: "muster-agent",
      version: "1.2.3",
      platforms: {
        "linux-x64": { url: "muster-agent-linux-x64", sha256, signature: "AAAA", bytes: bytes.length },
      },
    });
    const latest = await ask("/downloads/latest/muster-agent.json");
    expect(latest.headers.get("cache-control")).not.toContain("immutable");
    expect(await textOf(latest)).toBe(text);
    expect((await ask("/downloads/9.9.9/muster-agent.json")).status).toBe(404);
    expect((await ask("/downloads/latest/release.json")).status).toBe(404);
  });

  it("is downloaded whole, by part, or only asked about", async () => {
    const path = "/downloads/1.2.3/muster-agent-linux-x64";
    const whole = await ask(path);
    expect(whole.status).toBe(200);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes);
    expect(whole.headers.get("etag")).toBe(`"${sha256}"`);
    expect(whole.headers.get("cache-control")).toContain("immutable");
    expect(whole.headers.get("x-content-type-options")).toBe("nosniff");

    const rest = await ask(path, { headers: { range: "bytes=4-" } });
    expect([rest.status, rest.headers.get("content-range"), await textOf(rest)]).toEqual([
      206,
      "bytes 4-9/10",
      "456789",
    ]);
    const part = await ask(path, { headers: { range: "bytes=2-3" } });
    expect([part.status, part.headers.get("content-range"), await textOf(part)]).toEqual([
      206,
      "bytes 2-3/10",
      "23",
    ]);
    const changed = await ask(path, { headers: { range: "bytes=4-", "if-range": '"another"' } });
    expect([changed.status, await textOf(changed)]).toEqual([200, "0123456789"]);
    const behind = await ask(path, { headers: { range: "bytes=10-" } });
    expect([behind.status, behind.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    const head = await ask(path, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
    expect((await ask(path, { method: "POST" })).status).toBe(405);
  });

  it("gives its signatures and its list, and nothing that it does not name", async () => {
    expect(await (await ask("/downloads/1.2.3/muster-agent-linux-x64.sig")).text()).toBe("AAAA\n");
    expect(await (await ask("/downloads/1.2.3/release.json")).json()).toEqual(manifest);
    for (const path of [
      "/downloads/1.2.3/secret.txt",
      "/downloads/1.2.3/",
      "/downloads/1.2.4/muster-agent-linux-x64",
      "/downloads/latest.json",
      "/downloads/1.2.3/..%2flatest.json",
      "/downloads/1.2.3/a/b",
    ]) {
      expect((await ask(path)).status, path).toBe(404);
    }
  });

  it("is not installed from an address that could be read as a command", async () => {
    const ownWorker = createDownloads({
      platform: { downloads: noDownloads },
      publicUrl: "https://a$(id).test",
    });
    const answer = await ownWorker(new Request("https://muster.test/install.sh"));
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain("$(id)");
  });
});
