import { z } from "zod";
import { isPublicAddress } from "../../../domain/webhooks/address.ts";
import type { Outside } from "../context.ts";

/** As RFC 8427 and the resolvers that answer `application/dns-json` have it. */
const dnsAnswer = z.object({
  Answer: z.array(z.object({ type: z.number(), data: z.string() })).optional(),
});
const recordTypes = { A: 1, AAAA: 28, TXT: 16 } as const;

/** Why the name must not be called as it resolves now; null = all of its addresses lie outside. */
export async function resolutionFault(
  outside: Outside,
  hostname: string,
  signal: AbortSignal,
): Promise<string | null> {
  const [a, aaaa] = await Promise.all([
    lookUp(outside, hostname, "A", signal),
    lookUp(outside, hostname, "AAAA", signal),
  ]);
  const addresses = [...a, ...aaaa];
  if (addresses.length === 0) return `${hostname} has no address; check the name`;
  const inside = addresses.find((address) => isPublicAddress(address) !== true);
  return inside === undefined ? null : `${hostname} resolves to ${inside}, which lies inside a network`;
}

/** The texts of a name's TXT records. Long ones come in quoted parts that belong together. */
export async function textRecords(outside: Outside, name: string, signal: AbortSignal): Promise<string[]> {
  const records = await lookUp(outside, name, "TXT", signal);
  return records.map((data) => {
    const parts = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = ""]) => part);
    return parts.length === 0 ? data : parts.join("").replace(/\\(.)/g, "$1");
  });
}

async function lookUp(
  outside: Outside,
  name: string,
  type: keyof typeof recordTypes,
  signal: AbortSignal,
): Promise<string[]> {
  const url = new URL(outside.dnsUrl);
  url.searchParams.set("name", name);
  url.searchParams.set("type", type);
  const answer = await outside.fetch(url.href, { headers: { accept: "application/dns-json" }, signal });
  if (!answer.ok) throw new Error(`the resolver answered ${answer.status}`);
  const { Answer } = dnsAnswer.parse(await answer.json());
  return (Answer ?? []).filter((record) => record.type === recordTypes[type]).map((record) => record.data);
}
