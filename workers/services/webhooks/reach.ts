import { isPublicAddress } from "../../../domain/webhooks/address.ts";
import type { Outside } from "../context.ts";
import { resolutionFault } from "./resolve.ts";
import { isAllowedHost } from "./target.ts";

/** Why the host of an address must not be called as it resolves now; null = it lies outside, or is allowed. */
export async function reachFault(outside: Outside, url: string, signal: AbortSignal): Promise<string | null> {
  const parsed = new URL(url);
  const known = isAllowedHost(parsed, outside.allowedHosts) || isPublicAddress(parsed.hostname) === true;
  return known ? null : resolutionFault(outside, parsed.hostname, signal);
}

/** The bytes of an answer; null = longer than the limit, and the rest is not read. */
export async function readLimited(answer: Response, maxBytes: number): Promise<Buffer | null> {
  if (!answer.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
