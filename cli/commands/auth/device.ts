import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { session } from "../../../protocol/api/auth.ts";
import {
  type DeviceError,
  deviceAuthorization,
  deviceErrors,
  deviceGrantType,
} from "../../../protocol/api/device.ts";
import type { Cli } from "../../cli.ts";
import { readAnswer } from "../../client.ts";
import type { Credential } from "../../contexts.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { credentialOf, sendPublic } from "./sign-in.ts";

/** RFC 8628, section 3.5: who asks too often waits that much longer between questions from then on. */
const slowDownSeconds = 5;

/** RFC 8628's `error` of a refused question, beside our problem's own members. */
const refusal = z.object({ error: z.enum(deviceErrors) });

const again = "Run `muster login` again.";
const endings: Record<Exclude<DeviceError, "authorization_pending" | "slow_down">, string> = {
  access_denied: `The request was denied in the browser. ${again}`,
  expired_token: `Nobody approved it in time. ${again}`,
  invalid_grant: `The server knows nothing of this request any more. ${again}`,
};

async function wait(cli: Cli, seconds: number): Promise<void> {
  try {
    await delay(seconds * 1000, undefined, { signal: cli.signal });
  } catch {
    throw new Failure("interrupted", "Interrupted.");
  }
}

/** Device flow (RFC 8628): a person approves in a browser, here or on another machine. */
export async function signInByDevice(cli: Cli, url: string): Promise<Credential> {
  const asked = await sendPublic(cli, url, {
    path: "/v1/auth/device",
    body: { client: `muster on ${hostname()}`.slice(0, 100) },
  });
  const grant = await readAnswer(asked, deviceAuthorization, url);
  cli.output.note(
    [
      `Open ${clean(grant.verification_uri_complete)} and approve this sign-in.`,
      `The page must show the code ${clean(grant.user_code)}. It counts for ${Math.ceil(grant.expires_in / 60)} minutes.`,
    ].join("\n"),
  );
  cli.output.progress("Waiting for approval…");
  let interval = grant.interval;
  const endsAtMs = Date.now() + grant.expires_in * 1000;
  for (;;) {
    await wait(cli, interval);
    const response = await sendPublic(cli, url, {
      path: "/v1/auth/device/token",
      body: { device_code: grant.device_code, grant_type: deviceGrantType },
    }).catch((error: unknown) => {
      // A lost connection is no refusal, and the code goes on counting (RFC 8628, section 3.5).
      if (error instanceof Failure && error.exit === "unreachable" && Date.now() < endsAtMs) return null;
      throw error;
    });
    if (!response) {
      interval *= 2;
      continue;
    }
    if (response.ok) {
      cli.output.endProgress();
      return credentialOf(cli, await readAnswer(response, session, url));
    }
    const parsed = refusal.safeParse(
      await response
        .clone()
        .json()
        .catch(() => null),
    );
    const error = parsed.success ? parsed.data.error : null;
    if (error === "slow_down") interval += slowDownSeconds;
    else if (error !== null && error !== "authorization_pending") {
      throw new Failure(error === "access_denied" ? "forbidden" : "notSignedIn", endings[error]);
    }
    // The server is busy, or away for a moment: the code goes on counting.
    else if (error === null && ![429, 502, 503, 504].includes(response.status)) {
      await readAnswer(response, session, url);
    }
  }
}
