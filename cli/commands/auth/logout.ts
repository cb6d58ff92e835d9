import { z } from "zod";
import { send } from "../../client.ts";
import { command } from "../../spec.ts";

export const logout = command({
  name: "logout",
  summary: "Sign out and forget the credential",
  about:
    "Ends the session at the server too. An API key is only forgotten here; revoke it with `muster keys revoke`. The context stays, without a credential; `muster contexts delete` forgets it whole.",
  examples: ["muster logout", "muster logout --context staging"],
  answer: z.object({ url: z.string().nullable(), endedAtServer: z.boolean() }),
  async run(cli) {
    let url: string | null = null;
    let ended = true;
    await cli.contexts.update(async (current) => {
      url = current.url;
      if (current.credential?.kind === "session") {
        ended = await send(current.url, {
          method: "POST",
          path: "/v1/auth/sign-out",
          body: { refreshToken: current.credential.refreshToken },
          bearer: current.credential.accessToken,
          idempotencyKey: null,
          signal: cli.signal,
        }).then(
          (response) => response.ok || response.status === 401,
          () => false,
        );
      }
      return { ...current, credential: null };
    });
    cli.output.result({ url, endedAtServer: url !== null && ended }, () =>
      url === null ? "You were not signed in." : `Signed out of ${url}.`,
    );
    if (!ended) {
      cli.output.note("The server could not be told: the session there ends by itself when it is not used.");
    }
  },
});
