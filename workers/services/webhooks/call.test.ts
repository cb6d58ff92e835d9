import { expect, it, vi } from "vitest";
import type { Outside } from "../context.ts";
import { callWebhook } from "./call.ts";

const dnsUrl = "https://dns.test/dns-query";
const log = { error: () => undefined };

interface Records {
  A?: string[];
  AAAA?: string[];
}

/** An outside world: names by their records, and one answer for every target. */
function world(records: Record<string, Records>, answer: () => Promise<Response> | Response) {
  const calls: { url: string; init: RequestInit }[] = [];
  const outside: Outside = {
    dnsUrl,
    allowedHosts: ["127.0.0.1:9000"],
    async fetch(url, init) {
      if (!url.startsWith(dnsUrl)) {
        calls.push({ url, init });
        return answer();
      }
      const query = new URL(url).searchParams;
      const type = query.get("type") as "A" | "AAAA";
      const data = records[query.get("name") ?? ""]?.[type] ?? [];
      return Response.json({
        Status: 0,
        Answer: [
          { type: 5, data: "elsewhere.test." },
          ...data.map((one) => ({ type: type === "A" ? 1 : 28, data: one })),
        ],
      });
    },
  };
  return { outside, calls };
}

const publicNames = { "gate.test": { A: ["93.184.215.14"] } };
const ask = (one: { outside: Outside }, url = "https://gate.test/confirm") =>
  callWebhook({ outside: one.outside, log }, url, { "webhook-id": "msg_1" }, "{}");

it("posts once, signed, and follows nothing", async () => {
  const one = world(publicNames, () => Response.json({ verdict: "confirm", reason: "green light" }));
  expect(await ask(one)).toEqual({ verdict: "confirm", text: "green light" });
  expect(one.calls).toHaveLength(1);
  expect(one.calls[0]?.init).toMatchObject({
    method: "POST",
    redirect: "manual",
    body: "{}",
    headers: { "webhook-id": "msg_1", "user-agent": expect.stringContaining("Muster") },
  });
});

it.each([
  ["nothing", new Response(null, { status: 204 }), "confirm", "answered 204 without a body"],
  ["a denial", Response.json({ verdict: "deny", reason: "change freeze" }), "deny", "change freeze"],
  ["a delay without a reason", Response.json({ verdict: "wait" }), "wait", ""],
  [
    "a redirect",
    new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } }),
    "unanswered",
    "answered 302; redirects are not followed",
  ],
  ["an error", new Response("secret trace", { status: 500 }), "unanswered", "answered 500"],
  [
    "an unknown verdict",
    Response.json({ verdict: "maybe" }),
    "unanswered",
    expect.stringContaining("a body that is not"),
  ],
  ["plain text", new Response("OK"), "unanswered", expect.stringContaining("a body that is not")],
  ["too much", new Response("x".repeat(70_000)), "unanswered", "answered more than 64 KiB"],
])("takes %s at its word", async (_, answer, verdict, text) => {
  expect(await ask(world(publicNames, () => answer))).toEqual({ verdict, text });
});

it("reads no more of an endless answer than its limit", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 16_384;
      controller.enqueue(new Uint8Array(16_384));
    },
  });
  const { verdict } = await ask(world(publicNames, () => new Response(endless)));
  expect(verdict).toBe("unanswered");
  expect(sent).toBeLessThan(200_000);
});

it.each([
  ["a private address", { A: ["10.0.0.7"] }],
  ["one private address among public ones", { A: ["93.184.215.14", "192.168.0.1"] }],
  ["a private address by IPv6 only", { A: ["93.184.215.14"], AAAA: ["fd00::1"] }],
  ["loopback in IPv6's clothes", { AAAA: ["::ffff:127.0.0.1"] }],
  ["the metadata service", { A: ["169.254.169.254"] }],
  ["no address", {}],
  ["no address that can be read", { A: ["not-an-address"] }],
])("never calls a name with %s", async (_, records: Records) => {
  const one = world({ "gate.test": records }, () => Response.json({ verdict: "confirm" }));
  const { verdict, text } = await ask(one);
  expect([verdict, text]).toEqual(["unanswered", expect.stringMatching(/^not called: gate\.test/)]);
  expect(one.calls).toEqual([]);
});

it.each([
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f.1/",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://localhost/",
  "https://db.internal/",
  "https://gate.test.localhost./",
  "http://gate.test/",
  "https://user:pass@gate.test/",
  "ftp://gate.test/",
  "nonsense",
])("never calls %s", async (url) => {
  const one = world(publicNames, () => Response.json({ verdict: "confirm" }));
  const { verdict, text } = await ask(one, url);
  expect([verdict, text]).toEqual(["unanswered", expect.stringMatching(/^not called: the address/)]);
  expect(one.calls).toEqual([]);
});

it("calls hosts that are allowed for local use as they are, by this port alone", async () => {
  const one = world({}, () => new Response(null));
  expect((await ask(one, "http://127.0.0.1:9000/x")).verdict).toBe("confirm");
  expect((await ask(one, "http://127.0.0.1:9001/x")).verdict).toBe("unanswered");
  expect(one.calls).toHaveLength(1);
});

it("says that a target could not be reached, and that it did not answer in time", async () => {
  const dead = world(publicNames, () => Promise.reject(new TypeError("connection refused")));
  expect(await ask(dead)).toEqual({ verdict: "unanswered", text: "could not be reached" });

  const aborted = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(aborted.signal);
  try {
    const hanging = world(publicNames, () => {
      aborted.abort();
      return Promise.reject(aborted.signal.reason);
    });
    expect(await ask(hanging)).toEqual({
      verdict: "unanswered",
      text: "did not answer within 10 s",
    });
    expect(timeout).toHaveBeenCalledWith(10_000);
  } finally {
    timeout.mockRestore();
  }
});

it("takes a resolver that fails for no permission", async () => {
  const one = world(publicNames, () => new Response(null));
  const fetch = one.outside.fetch;
  one.outside.fetch = (url, init) =>
    url.startsWith(dnsUrl) ? Promise.resolve(new Response("", { status: 502 })) : fetch(url, init);
  expect(await ask(one)).toEqual({ verdict: "unanswered", text: "could not be looked up" });
  expect(one.calls).toEqual([]);
});
