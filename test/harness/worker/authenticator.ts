/** A passkey's device, made of WebCrypto: ES256, discoverable, with user verification. Does no more than tests ask. */
import type {
  PasskeyAssertion,
  PasskeyCreation,
  PasskeyRegistration,
  PasskeyRequest,
} from "../../../protocol/api/factors.ts";

/** What a test may have it say that does not fit. */
export interface Twist {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  counter?: number;
  userVerified?: boolean;
  userHandle?: string;
  attestation?: string;
}

export interface Authenticator {
  credentialId: string;
  create(options: PasskeyCreation, twist?: Twist): Promise<PasskeyRegistration>;
  get(options: PasskeyRequest, twist?: Twist): Promise<PasskeyAssertion>;
}

const flags = { userPresent: 0x01, userVerified: 0x04, attestedCredential: 0x40 };
const utf8 = (text: string) => new TextEncoder().encode(text);
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const concat = (...parts: (Uint8Array | number[])[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
const sha256 = async (bytes: Uint8Array) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));

/** `origin` as the browser would say it: of the page that asks. */
export async function makeAuthenticator(origin: string): Promise<Authenticator> {
  const keys = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey("jwk", keys.publicKey)) as JsonWebKey;
  const id = crypto.getRandomValues(new Uint8Array(32));
  const credentialId = base64url(id);
  let counter = 0;
  let userHandle = "";

  const clientData = (type: string, challenge: string, twist: Twist) =>
    utf8(
      JSON.stringify({
        type: twist.type ?? type,
        challenge: twist.challenge ?? challenge,
        origin: twist.origin ?? origin,
        crossOrigin: false,
      }),
    );
  const authenticatorData = async (rpId: string, twist: Twist, attested?: Uint8Array) => {
    counter = twist.counter ?? counter + 1;
    const said =
      flags.userPresent |
      (twist.userVerified === false ? 0 : flags.userVerified) |
      (attested ? flags.attestedCredential : 0);
    const count = new Uint8Array(4);
    new DataView(count.buffer).setUint32(0, counter);
    return concat(await sha256(utf8(twist.rpId ?? rpId)), [said], count, attested ?? []);
  };

  return {
    credentialId,
    async create(options, twist = {}) {
      userHandle = options.user.id;
      const attested = concat(new Uint8Array(16), [0, id.length], id, coseKey(jwk));
      const data = await authenticatorData(options.rp.id, twist, attested);
      return {
        id: credentialId,
        rawId: credentialId,
        type: "public-key",
        response: {
          clientDataJSON: base64url(clientData("webauthn.create", options.challenge, twist)),
          attestationObject: base64url(attestationObject(twist.attestation ?? "none", data)),
          transports: ["internal"],
        },
      };
    },
    async get(options, twist = {}) {
      const client = clientData("webauthn.get", options.challenge, twist);
      const data = await authenticatorData(options.rpId, twist);
      const signed = await crypto.subtle.sign(
        { name: "ECDSA", hash: "SHA-256" },
        keys.privateKey,
        concat(data, await sha256(client)),
      );
      return {
        id: credentialId,
        rawId: credentialId,
        type: "public-key",
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(derOf(new Uint8Array(signed))),
          userHandle: (twist.userHandle ?? userHandle) || null,
        },
      };
    },
  };
}

/** CBOR: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`, an EC2 key on P-256 for ES256. */
function coseKey({ x = "", y = "" }: JsonWebKey): Uint8Array {
  const bytes = (text: string) => Buffer.from(text, "base64url");
  return concat(
    [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01],
    [0x21, 0x58, 0x20],
    bytes(x),
    [0x22, 0x58, 0x20],
    bytes(y),
  );
}

/** CBOR: `{fmt, attStmt: {}, authData}`. */
function attestationObject(format: string, authData: Uint8Array): Uint8Array {
  const text = (value: string) => concat([0x60 | value.length], utf8(value));
  const length = [0x59, authData.length >> 8, authData.length & 0xff];
  return concat(
    [0xa3],
    text("fmt"),
    text(format),
    text("attStmt"),
    [0xa0],
    text("authData"),
    length,
    authData,
  );
}

/** WebCrypto signs as r‖s, authenticators as ASN.1. */
function derOf(signature: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const first = bytes.findIndex((byte) => byte !== 0);
    const plain = bytes.subarray(first);
    const positive = (plain[0] ?? 0) < 0x80 ? plain : concat([0], plain);
    return concat([0x02, positive.length], positive);
  };
  const both = concat(integer(signature.subarray(0, 32)), integer(signature.subarray(32)));
  return concat([0x30, both.length], both);
}
