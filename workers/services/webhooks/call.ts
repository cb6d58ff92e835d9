import { isPublicAddress } from "../../../domain/webhooks/address.ts";
import { confirmationReply } from "../../../protocol/api/confirmations.ts";
import type { ConfirmationAnswer } from "../../../protocol/rpc/fleet.ts";
import type { Log, Outside } from "../context.ts";
import { resolutionFault } from "./resolve.ts";
import { isAllowedHost, targetFault } from "./target.ts";

/** For the look-up of the name, the connection and the whole answer together. */
const timeoutMs = 10_000;
const maxBodyBytes = 64 * 1024;
const userAgent = "Muster-Webhooks/1 (+https://www.standardwebhooks.com)";

export type Verdict = Pick<ConfirmationAnswer, "verdict" | "text">;

/**
 * Posts a signed body to a customer's address. Whatever goes wrong is an answer in words, which people read after the
 * host's name; nothing is followed.
 */
export async function callWebhook(
  { outside, log }: { outside: Outside; log: Log },
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Verdict> {
  const fault = targetFault(url, outside.allowedHosts);
  if (fault !== null) return unanswered(`not called: the address ${fault}`);
  const host = new URL(url).host;
  const signal = AbortSignal.timeout(timeoutMs);
  let stage = "could not be looked up";
  try {
    const inside = await whereabouts(outside, url, signal);
    if (inside !== null) return unanswered(`not called: ${inside}`);
    stage = "could not be reached";
    const answer = await outside.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": userAgent, ...headers },
      body,
      redirect: "manual",
      signal,
    });
    stage = "broke off its answer";
    return await verdictOf(answer);
  } catch (error) {
    if (signal.aborted) return unanswered(`did not answer within ${timeoutMs / 1000} s`);
    log.error("a webhook could not be called", { host, stage }, error);
    return unanswered(stage);
  }
}

async function whereabouts(outside: Outside, url: string, signal: AbortSignal): Promise<string | null> {
  const parsed = new URL(url);
  const known = isAllowedHost(parsed, outside.allowedHosts) || isPublicAddress(parsed.hostname) === true;
  return known ? null : resolutionFault(outside, parsed.hostname, signal);
}

async function verdictOf(answer: Response): Promise<Verdict> {
  const { status } = answer;
  if (status < 200 || status > 299) {
    await answer.body?.cancel();
    const redirects = status >= 300 && status < 400 ? "; redirects are not followed" : "";
    return unanswered(`answered ${status}${redirects}`);
  }
  const text = await readLimited(answer);
  if (text === null) return unanswered(`answered more than ${maxBodyBytes / 1024} KiB`);
  if (text.trim() === "") return { verdict: "confirm", text: `answered ${status} without a body` };
  const reply = confirmationReply.safeParse(parseJson(text));
  if (!reply.success) {
    return unanswered(
      `answered ${status} with a body that is not {"verdict": "confirm" | "deny" | "wait", "reason": "…"}`,
    );
  }
  const { verdict, reason } = reply.data;
  return { verdict, text: reason ?? "" };
}

/** null = longer than the limit; the rest is not read. */
async function readLimited(answer: Response): Promise<string | null> {
  if (!answer.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unanswered = (text: string): Verdict => ({ verdict: "unanswered", text });
