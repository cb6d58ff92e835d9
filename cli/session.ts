import { session } from "../protocol/api/auth.ts";
import { readAnswer, send, type TokenSource, unreachable } from "./client.ts";
import { type Context, type ContextStore, sameOrigin } from "./contexts.ts";
import { Failure } from "./exit-codes.ts";
import type { Io } from "./io.ts";

/** Renewed so long before its end that a slow request still arrives with a good one. */
const earlyMs = 30_000;

export const notSignedIn = (url: string) =>
  new Failure("notSignedIn", `Not signed in to ${url}. Run \`muster login\`, or set MUSTER_API_KEY.`);

/**
 * Where bearer tokens come from: MUSTER_API_KEY first, else the context, and that only for the server it was
 * made with. Refresh tokens rotate and a used one ends the whole session, so a refresh happens under the
 * file's lock and whoever comes second takes the first one's token.
 */
export function tokenSource(io: Pick<Io, "env" | "now">, store: ContextStore, url: string): TokenSource {
  const apiKey = io.env.MUSTER_API_KEY;
  if (apiKey) return { bearer: async () => apiKey };

  async function refresh(rejected: string | undefined): Promise<string> {
    let token: string | null = null;
    await store.update(async (current) => {
      if (current.credential?.kind !== "session" || !sameOrigin(current.url, url)) throw notSignedIn(url);
      const { credential } = current;
      if (credential.accessToken !== rejected && credential.accessExpiresAt - earlyMs > io.now()) {
        token = credential.accessToken;
        return current;
      }
      const next = await rotate(url, credential.refreshToken);
      token = next.accessToken;
      return {
        ...current,
        credential: {
          ...credential,
          accessToken: next.accessToken,
          accessExpiresAt: io.now() + next.expiresInSeconds * 1000,
          refreshToken: next.refreshToken ?? credential.refreshToken,
        },
      };
    });
    if (token === null) throw notSignedIn(url);
    return token;
  }

  return {
    async bearer(rejected) {
      const current: Context | null = await store.read();
      if (!current?.credential || !sameOrigin(current.url, url)) throw notSignedIn(url);
      const { credential } = current;
      if (credential.kind === "api_key") return credential.apiKey;
      const good = credential.accessExpiresAt - earlyMs > io.now() && credential.accessToken !== rejected;
      return good ? credential.accessToken : refresh(rejected);
    },
  };
}

/** Ctrl-C does not cut this short: the server may have rotated already, and the new token would be lost. */
async function rotate(url: string, refreshToken: string) {
  let response: Response;
  try {
    response = await send(url, {
      method: "POST",
      path: "/v1/auth/refresh",
      body: { refreshToken },
      bearer: null,
      idempotencyKey: null,
      signal: new AbortController().signal,
    });
  } catch (error) {
    throw unreachable(url, error);
  }
  try {
    return await readAnswer(response, session, url);
  } catch (error) {
    if (error instanceof Failure && error.exit === "notSignedIn") {
      throw new Failure("notSignedIn", "The session has ended. Run `muster login`.", {
        requestId: error.requestId,
      });
    }
    throw error;
  }
}
