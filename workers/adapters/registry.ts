import { createHash } from "node:crypto";
import { z } from "zod";
import type { ImageReference } from "../../domain/configs/container/image.ts";
import { readLimited } from "../services/webhooks/reach.ts";

/** What a call to the outside answers, or why it was not made. */
export type Call = (url: string, init: RequestInit) => Promise<Response | { refused: string }>;

export type ResolvedImage =
  | { digest: string }
  /** `busy`: the same may work later. `not_found` and `denied`: somebody has to change something. */
  | { problem: "not_found" | "denied" | "busy" | "broken"; text: string };

/** An image for one platform, or a list of images for several: the digest of what the tag itself stands for. */
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const digestHeader = "docker-content-digest";
const digestPattern = /^sha256:[0-9a-f]{64}$/;
/** The OCI distribution specification's own limit. */
const maxManifestBytes = 4 * 1024 * 1024;
const maxTokenBytes = 64 * 1024;

const tokenAnswer = z
  .object({ token: z.string().optional(), access_token: z.string().optional() })
  .transform(({ token, access_token }) => token ?? access_token)
  .pipe(z.string().min(1));

const busy = (text: string): ResolvedImage => ({ problem: "busy", text });

/** Where the registry's API is; engines speak to those on their own machine without TLS. */
export function registryUrl(registry: string): string {
  if (registry === "docker.io") return "https://registry-1.docker.io";
  const isLocal = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|$)/.test(registry);
  return `${isLocal ? "http" : "https"}://${registry}`;
}

/**
 * Asks a registry which digest a tag stands for, as the OCI distribution specification has it: anonymously, with the
 * token that the registry sends the asker for. Throws only what `call` throws.
 */
export async function resolveDigest(call: Call, image: ImageReference): Promise<ResolvedImage> {
  const url = `${registryUrl(image.registry)}/v2/${image.repository}/manifests/${image.tag ?? "latest"}`;
  const headers = { accept: manifestTypes };
  const ask = (method: string, token: string | null) =>
    call(url, {
      method,
      headers: { ...headers, ...(token !== null && { authorization: `Bearer ${token}` }) },
    });
  let token: string | null = null;
  let answer = await ask("HEAD", token);
  if ("refused" in answer) return { problem: "denied", text: answer.refused };
  if (answer.status === 401) {
    const granted = await fetchToken(call, answer.headers.get("www-authenticate") ?? "", image);
    if ("problem" in granted) return granted;
    token = granted.token;
    answer = await ask("HEAD", token);
    if ("refused" in answer) return { problem: "denied", text: answer.refused };
  }
  const failed = failureOf(answer.status);
  if (failed) return failed;
  const digest = answer.headers.get(digestHeader);
  if (digest !== null && digestPattern.test(digest)) return { digest };
  return digestOfBody(await ask("GET", token));
}

function failureOf(status: number): ResolvedImage | null {
  if (status >= 200 && status < 300) return null;
  if (status === 404) return { problem: "not_found", text: "the registry does not have it" };
  if (status === 401 || status === 403) {
    return {
      problem: "denied",
      text: "the registry gives it only to those who sign in, or does not have it",
    };
  }
  if (status === 429) return busy("the registry answers too many requests (429)");
  if (status >= 300 && status < 400) {
    return { problem: "broken", text: `the registry answered ${status}; redirects are not followed` };
  }
  return status >= 500
    ? busy(`the registry answered ${status}`)
    : { problem: "broken", text: `the registry answered ${status}` };
}

/** Registries that leave the header out: the digest is that of the bytes. */
async function digestOfBody(answer: Response | { refused: string }): Promise<ResolvedImage> {
  if ("refused" in answer) return { problem: "denied", text: answer.refused };
  const failed = failureOf(answer.status);
  if (failed) return failed;
  const bytes = await readLimited(answer, maxManifestBytes);
  return bytes === null
    ? { problem: "broken", text: `the registry answered more than ${maxManifestBytes} bytes` }
    : { digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}` };
}

/** `Bearer realm="…",service="…",scope="…"`: the place that gives tokens, and what to ask it for. */
async function fetchToken(
  call: Call,
  challenge: string,
  image: ImageReference,
): Promise<{ token: string } | Extract<ResolvedImage, { problem: string }>> {
  const parameters = Object.fromEntries(
    [...challenge.slice(0, 4000).matchAll(/([a-z]+)="([^"]*)"/gi)].map(([, name = "", value = ""]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const { realm, service } = parameters;
  if (!/^bearer /i.test(challenge) || realm === undefined || !URL.canParse(realm)) {
    return { problem: "denied", text: "the registry wants a name and password" };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", `repository:${image.repository}:pull`);
  const answer = await call(url.href, { headers: { accept: "application/json" } });
  if ("refused" in answer) return { problem: "denied", text: answer.refused };
  const failed = failureOf(answer.status);
  if (failed && "problem" in failed) return failed;
  const bytes = await readLimited(answer, maxTokenBytes);
  const token = tokenAnswer.safeParse(parseJson(bytes?.toString("utf8") ?? ""));
  return token.success
    ? { token: token.data }
    : { problem: "broken", text: `${url.host} answered no token for the registry` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
