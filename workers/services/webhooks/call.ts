import { confirmationReply } from "../../../protocol/api/confirmations.ts";
import type { ConfirmationAnswer } from "../../../protocol/rpc/fleet.ts";
import type { Log, Outside } from "../context.ts";
import { reachFault, readLimited } from "./reach.ts";
import { targetFault } from "./target.ts";

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
    const inside = await reachFault(outside, url, signal);
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

async function verdictOf(answer: Response): Promise<Verdict> {
  const { status } = answer;
  if (status < 200 || status > 299) {
    await answer.body?.cancel();
    const redirects = status >= 300 && status < 400 ? "; redirects are not followed" : "";
    return unanswered(`answered ${status}${redirects}`);
  }
  const bytes = await readLimited(answer, maxBodyBytes);
  if (bytes === null) return unanswered(`answered more than ${maxBodyBytes / 1024} KiB`);
  const text = new TextDecoder().decode(bytes);
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unanswered = (text: string): Verdict => ({ verdict: "unanswered", text });
