import type {
  PasskeyAssertion,
  PasskeyCreation,
  PasskeyRegistration,
  PasskeyRequest,
} from "../../protocol/api/factors.ts";
import { ApiError } from "./problem.ts";

export const passkeysPossible = (): boolean =>
  typeof PublicKeyCredential !== "undefined" && !/^(\[|\d+(\.\d+){3}$)/.test(location.hostname);

/** Loaded only by who uses a passkey. */
const library = () => import("@simplewebauthn/browser");

/** Has the browser make a passkey. Throws an ApiError that says what to do when it does not. */
export async function makePasskey(options: PasskeyCreation): Promise<PasskeyRegistration> {
  const { startRegistration } = await library();
  const made = await startRegistration({ optionsJSON: options }).catch(notShown);
  const { clientDataJSON, attestationObject, transports } = made.response;
  return {
    id: made.id,
    rawId: made.rawId,
    type: "public-key",
    response: { clientDataJSON, attestationObject, ...(transports && { transports }) },
  };
}

/** Has the browser ask for a passkey. Throws an ApiError that says what to do when none was shown. */
export async function askPasskey(options: PasskeyRequest): Promise<PasskeyAssertion> {
  const { startAuthentication } = await library();
  const { id, rawId, response } = await startAuthentication({ optionsJSON: options }).catch(notShown);
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return {
    id,
    rawId,
    type: "public-key",
    response: { clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) },
  };
}

function notShown(error: unknown): never {
  const known = error instanceof Error && error.name === "InvalidStateError";
  throw new ApiError({
    status: 0,
    code: "token_invalid",
    title: known ? "This device has a passkey for you already" : "No passkey was used",
    detail: known
      ? "Use that one, or add a passkey on another device."
      : "It was cancelled, took too long, or the device has no passkey for you here. Try again, or use another way.",
    requestId: null,
    retryable: true,
    errors: [],
  });
}
