/** The way to an organization's identity provider. */
import * as oidc from "openid-client";
import type { SsoConnectionRow } from "../../../db/queries/sso.ts";
import type { Outside, Platform } from "../context.ts";
import { reachFault, readLimited } from "../webhooks/reach.ts";
import { isAllowedHost, targetFault } from "../webhooks/target.ts";

/** For one answer of the provider, look-up of its name included. */
const timeoutMs = 10_000;
const maxAnswerBytes = 512 * 1024;

/** The provider could not be asked: its address is not allowed, or nothing useful came from there. */
export class ProviderUnreachable extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = "ProviderUnreachable";
  }
}

/**
 * The provider as its discovery document describes it. Asks it; throws `ProviderUnreachable`, or an error of
 * openid-client when its answer does not hold.
 */
export async function openProvider(
  platform: Pick<Platform, "outside" | "sealer">,
  connection: Pick<SsoConnectionRow, "issuer" | "clientId" | "sealedClientSecret">,
): Promise<oidc.Configuration> {
  const { outside } = platform;
  const issuer = new URL(connection.issuer);
  const { sealedClientSecret } = connection;
  const secret = sealedClientSecret === "" ? "" : await platform.sealer.open(sealedClientSecret);
  const plainAllowed = issuer.protocol === "http:" && isAllowedHost(issuer, outside.allowedHosts);
  return oidc.discovery(issuer, connection.clientId, {}, clientAuth(secret), {
    [oidc.customFetch]: (url, init) => fetchOutside(outside, url, init as RequestInit),
    timeout: timeoutMs / 1000,
    // Signatures are verified even where TLS already vouches for the token endpoint.
    execute: [oidc.enableNonRepudiationChecks, ...(plainAllowed ? [oidc.allowInsecureRequests] : [])],
  });
}

/** HTTP Basic, which every provider must know, unless the provider says that it takes the secret only in the body. */
function clientAuth(secret: string): oidc.ClientAuth {
  if (secret === "") return oidc.None();
  const basic = oidc.ClientSecretBasic(secret);
  const post = oidc.ClientSecretPost(secret);
  return (server, client, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const auth = taken.includes("client_secret_basic") ? basic : post;
    auth(server, client, body, headers);
  };
}

/** Every address that the provider's documents name is checked like one that people give. */
export async function fetchOutside(outside: Outside, url: string, init: RequestInit): Promise<Response> {
  const { host } = new URL(url);
  const fault = targetFault(url, outside.allowedHosts);
  if (fault !== null) throw new ProviderUnreachable(`the address ${url} ${fault}`);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const inside = await reachFault(outside, url, signal);
    if (inside !== null) throw new ProviderUnreachable(inside);
    const answer = await outside.fetch(url, { ...init, redirect: "manual", signal });
    const body = await readLimited(answer, maxAnswerBytes);
    if (body === null)
      throw new ProviderUnreachable(`${host} answered more than ${maxAnswerBytes / 1024} KiB`);
    return withBody(answer, body);
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw error;
    throw new ProviderUnreachable(
      signal.aborted ? `${host} did not answer within ${timeoutMs / 1000} s` : `${host} could not be reached`,
    );
  }
}

function withBody({ status, headers }: Response, body: Buffer): Response {
  const kept = new Headers(headers);
  // They speak of the bytes on the wire.
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) kept.delete(name);
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : body, { status, headers: kept });
}

/** Where people may be sent: the same addresses as we call, but by the browser. Never a script. */
export function isBrowserTarget(url: URL, outside: Outside): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isAllowedHost(url, outside.allowedHosts));
}

/** What went wrong with a provider, for whoever set it up. */
export function providerFault(error: unknown): string {
  const chain: unknown[] = [];
  for (let one = error; one instanceof Error && chain.length < 5; one = one.cause) chain.push(one);
  const unreachable = chain.find((one) => one instanceof ProviderUnreachable);
  if (unreachable) return unreachable.message;
  if (error instanceof oidc.ResponseBodyError) {
    return `answered ${error.error}${error.error_description ? `: ${error.error_description}` : ""}`;
  }
  return error instanceof Error ? error.message : String(error);
}
