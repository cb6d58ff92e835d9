/** Users in a closed loop: each has a connection of its own that is kept, and asks again once it is answered. */
import { Agent, type IncomingMessage, request } from "node:http";

export interface Ask {
  method: "GET" | "POST" | "PATCH";
  path: string;
  body?: unknown;
}

export interface Load {
  url: string;
  /** One for each user; "" = sends none. */
  tokens: readonly string[];
  forMs: number;
  /** The n-th request of a user. */
  ask: (user: number, nth: number) => Ask;
}

/** How long each answer took, in ms. Throws at the first answer that is no success. */
export async function latencies({ url, tokens, forMs, ask }: Load): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: tokens.length });
  const { hostname, port } = new URL(url);
  const took: number[] = [];
  const endsAt = performance.now() + forMs;

  const send = ({ method, path, body }: Ask, token: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(text !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        }),
      };
      const startedAt = performance.now();
      const sent = request({ agent, hostname, port, method, path, headers }, (answer) => {
        readToEnd(answer).then((said) => {
          if ((answer.statusCode ?? 500) >= 300) {
            return reject(new Error(`${method} ${path} answered ${answer.statusCode}: ${said}`));
          }
          took.push(performance.now() - startedAt);
          resolve();
        }, reject);
      });
      sent.once("error", reject);
      sent.end(text);
    });

  try {
    await Promise.all(
      tokens.map(async (token, user) => {
        for (let nth = 0; nth === 0 || performance.now() < endsAt; nth++) await send(ask(user, nth), token);
      }),
    );
  } finally {
    agent.destroy();
  }
  return took;
}

async function readToEnd(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The value that `part` (0 to 1) of all values do not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
