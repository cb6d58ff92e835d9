import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type DownloadOptions, download } from "./download.ts";

vi.setConfig({ testTimeout: 60_000 });

const content = Buffer.from(Array.from({ length: 40_000 }, (_, at) => at % 251));
const sha256 = createHash("sha256").update(content).digest("hex");
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Answerer = (request: IncomingMessage, response: ServerResponse, asked: number) => void;

async function serve(answer: Answerer) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response, ranges.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { ranges, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A plain file server that knows ranges. */
const whole =
  (body: Buffer, tag: string): Answerer =>
  (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const partial = from > 0 && request.headers["if-range"] === tag;
    const part = partial ? body.subarray(from) : body;
    response.writeHead(partial ? 206 : 200, {
      etag: tag,
      "content-length": part.length,
      ...(partial && { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` }),
    });
    response.end(part);
  };

const breaksAt =
  (body: Buffer, tag: string, at: number): Answerer =>
  (_, response) => {
    response.writeHead(200, { etag: tag, "content-length": body.length });
    response.write(body.subarray(0, at), () => setTimeout(() => response.destroy(), 20));
  };

const options = (url: string, changes: Partial<DownloadOptions> = {}): DownloadOptions => ({
  url,
  headers: {},
  sha256,
  folder: temporaryFolder(),
  maxBytes: 1_000_000,
  signal: new AbortController().signal,
  pace: { againMs: 5, capMs: 20, stallMs: 5_000, tries: 3 },
  ...changes,
});

test("goes on where a connection broke, and the whole is what the release says", async () => {
  const { origin, ranges } = await serve((request, response, asked) =>
    (asked === 1 ? breaksAt(content, '"a"', 10_000) : whole(content, '"a"'))(request, response, asked),
  );
  const { path, bytes } = await download(options(`${origin}/f`));
  expect(readFileSync(path)).toEqual(content);
  expect(bytes).toBe(content.length);
  expect(ranges).toEqual([undefined, "bytes=10000-"]);
});

test("goes on after the agent was started again", async () => {
  const { origin, ranges } = await serve((request, response, asked) =>
    (asked === 1 ? breaksAt(content, '"a"', 12_000) : whole(content, '"a"'))(request, response, asked),
  );
  const first = new AbortController();
  const setup = options(`${origin}/f`, { signal: first.signal, onProgress: () => first.abort() });
  await expect(download(setup)).rejects.toThrow("abort");
  const came = readFileSync(`${setup.folder}/${sha256}.part`).length;
  expect(came).toBeGreaterThan(0);
  const { path } = await download({ ...setup, signal: new AbortController().signal });
  expect(readFileSync(path)).toEqual(content);
  expect(ranges.at(-1)).toBe(`bytes=${came}-`);
});

test("begins anew when the file is another one now", async () => {
  const old = Buffer.from(content).fill(7);
  const { origin, ranges } = await serve((request, response, asked) =>
    (asked === 1 ? breaksAt(old, '"old"', 10_000) : whole(content, '"new"'))(request, response, asked),
  );
  const { path } = await download(options(`${origin}/f`));
  expect(readFileSync(path)).toEqual(content);
  expect(ranges).toEqual([undefined, "bytes=10000-"]);
});

test("loads once more when pieces do not make the whole, and refuses one that came in one go", async () => {
  const wrong = Buffer.from(content).fill(7, 0, 10_000);
  const pieces = await serve((request, response, asked) =>
    (asked === 1 ? breaksAt(wrong, '"a"', 10_000) : whole(content, '"a"'))(request, response, asked),
  );
  expect(readFileSync((await download(options(`${pieces.origin}/f`))).path)).toEqual(content);
  expect(pieces.ranges).toEqual([undefined, "bytes=10000-", undefined]);
  const one = await serve(whole(wrong, '"a"'));
  const setup = options(`${one.origin}/f`);
  await expect(download(setup)).rejects.toThrow(/its sha256 is [0-9a-f]{64}, not .* thrown away/);
  expect(readdirSync(setup.folder)).toEqual([]);
  expect(one.ranges).toHaveLength(1);
});

test("asks again through passing trouble, and gives up with the last reason", async () => {
  const { origin } = await serve((request, response, asked) => {
    if (asked < 3) response.writeHead(503).end();
    else whole(content, '"a"')(request, response, asked);
  });
  await download(options(`${origin}/f`));
  const dead = await serve((_, response) => void response.writeHead(502).end());
  await expect(download(options(`${dead.origin}/f`))).rejects.toThrow(
    /could not be downloaded, tried 3 times: 127\.0\.0\.1:\d+ answered 502/,
  );
  expect(dead.ranges).toHaveLength(3);
});

test("gives up a server that brings a little each time, or that never brings what the release says", async () => {
  const drip = await serve((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from > 0 ? 206 : 200, {
      etag: '"a"',
      "content-length": content.length - from,
      ...(from > 0 && range),
    });
    response.write(content.subarray(from, from + 1), () => setTimeout(() => response.destroy(), 5));
  });
  const pace = { againMs: 1, capMs: 1, stallMs: 5_000, tries: 3, triesInAll: 10 };
  const dripping = download(options(`${drip.origin}/f`, { pace }));
  await expect(dripping).rejects.toThrow("could not be downloaded, tried 10 times: ");
  expect(drip.ranges).toHaveLength(10);
  const wrong = Buffer.from(content).fill(7);
  const rubbish = await serve((request, response, asked) =>
    (asked % 2 === 1 ? breaksAt(wrong, '"a"', 10_000) : whole(wrong, '"a"'))(request, response, asked),
  );
  await expect(download(options(`${rubbish.origin}/f`))).rejects.toThrow("it was thrown away");
  expect(rubbish.ranges).toHaveLength(4);
});

test("gives up what does not come whole in time, though bytes keep coming", async () => {
  const { origin } = await serve((_, response) => {
    response.writeHead(200, { etag: '"a"', "content-length": content.length });
    const timer = setInterval(() => response.write(content.subarray(0, 1)), 20);
    response.on("close", () => clearInterval(timer));
  });
  const pace = { againMs: 1, capMs: 1, stallMs: 5_000, tries: 3, wholeMs: 300 };
  await expect(download(options(`${origin}/f`, { pace }))).rejects.toThrow("did not come whole within 0.3 s");
});

test("a stalled connection is given up and taken up again", async () => {
  const { origin, ranges } = await serve((request, response, asked) => {
    if (asked > 1) return whole(content, '"a"')(request, response, asked);
    response.writeHead(200, { etag: '"a"', "content-length": content.length });
    response.write(content.subarray(0, 9_000));
  });
  const pace = { againMs: 5, capMs: 20, stallMs: 200, tries: 3 };
  await download(options(`${origin}/f`, { pace }));
  expect(ranges).toEqual([undefined, "bytes=9000-"]);
});

test.each([
  ["http://packages.example/f", "a package comes over https"],
  ["ftp://127.0.0.1/f", "a package comes over https"],
])("%s is not asked", async (url, reason) => {
  await expect(download(options(url))).rejects.toThrow(reason);
});

test("a redirect is followed within the same rules, without the headers of the first host", async () => {
  const seen: (string | undefined)[] = [];
  const target = await serve((request, response, asked) => {
    seen.push(request.headers.authorization);
    whole(content, '"a"')(request, response, asked);
  });
  const first = await serve((request, response) => {
    seen.push(request.headers.authorization);
    const to = request.url === "/good" ? `${target.origin}/f` : "http://packages.example/f";
    response.writeHead(302, { location: to }).end();
  });
  const headers = { authorization: "Bearer once" };
  await download(options(`${first.origin}/good`, { headers }));
  expect(seen).toEqual(["Bearer once", undefined]);
  await expect(download(options(`${first.origin}/bad`))).rejects.toThrow("a package comes over https");
  const loop = await serve((_, response) => void response.writeHead(302, { location: "/again" }).end());
  await expect(download(options(`${loop.origin}/f`))).rejects.toThrow("redirects more than 5 times");
});

test("what is larger than the host takes is refused, also when its length was not said", async () => {
  const { origin } = await serve((request, response, asked) => {
    if (request.url === "/said") return whole(content, '"a"')(request, response, asked);
    response.writeHead(200);
    response.write(content);
    response.end(content);
  });
  const small = { maxBytes: 30_000 };
  await expect(download(options(`${origin}/said`, small))).rejects.toThrow("upgrade.maxMegabytes");
  await expect(download(options(`${origin}/unsaid`, small))).rejects.toThrow("upgrade.maxMegabytes");
});

test("a missing file is told at once, with what to check", async () => {
  const { origin, ranges } = await serve((_, response) => void response.writeHead(404).end());
  const setup = options(`${origin}/f`);
  await expect(download(setup)).rejects.toThrow(/answered 404; check the package's URL/);
  expect(ranges).toHaveLength(1);
  expect(existsSync(`${setup.folder}/${sha256}.part`)).toBe(false);
});

const canMount = process.getuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
/** Downloads onto a disk of 17 MB; prints what went wrong, and what is left there. */
const onSmallDisk = `
import { readdirSync } from "node:fs";
const [folder, url, sha256, module] = process.argv.slice(1);
const { download } = await import(module);
const pace = { againMs: 5, capMs: 5, stallMs: 5000, tries: 2 };
const options = { url, headers: {}, sha256, folder, maxBytes: 1e9, signal: new AbortController().signal, pace };
const said = await download(options).then(() => "done", (error) => error.message);
console.log(JSON.stringify({ said, left: readdirSync(folder) }));
`;

test.skipIf(!canMount).each([
  ["/said", /has 40\.0 MB to load, and .* has room for [01]\.\d MB; make room and retry/],
  ["/unsaid", /no room left on the disk of .*; make some and retry/],
])("a disk too small for %s is told, and what came is thrown away", async (path, reason) => {
  const large = Buffer.alloc(40 * 1024 * 1024, 7);
  const { origin } = await serve((request, response) => {
    response.writeHead(200, request.url === "/said" ? { "content-length": large.length } : {});
    response.end(large);
  });
  const script =
    'mount -t tmpfs -o size=17m none "$1" || exit 9; exec "$2" --input-type=module -e "$3" "$1" "$4" "$5" "$6"';
  const module = new URL("download.ts", import.meta.url).href;
  const words = ["-m", "sh", "-c", script, "sh", temporaryFolder(), process.execPath, onSmallDisk];
  const child = spawn("unshare", [...words, `${origin}${path}`, "ab".repeat(32), module], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (piece: Buffer) => {
    output += piece.toString();
  });
  await new Promise((resolve) => child.once("close", resolve));
  const { said, left } = JSON.parse(output);
  expect(said).toMatch(reason);
  expect(left).toEqual([]);
});
