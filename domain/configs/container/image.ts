/** `[registry/]repository[:tag][@digest]`, as container engines read it. */
export interface ImageReference {
  /** Host, with its port where one is written; "docker.io" where none is. */
  registry: string;
  repository: string;
  /** null = none is written. */
  tag: string | null;
  /** null = none is written; else `sha256:` and 64 hex digits. */
  digest: string | null;
}

export interface ImageFault {
  fault: string;
  hint: string;
}

const dockerHub = "docker.io";
const maxChars = 512;
const host = /^(?:\[[0-9a-f:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?)(?::[0-9]{1,5})?$/;
const pathPart = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const example = "Write it as registry.example.com/team/app:1.4, or with @sha256:… in place of the tag.";

/** Never throws. */
export function parseImage(text: string): ImageReference | ImageFault {
  if (text === "") return { fault: "names no image", hint: example };
  if (text.length > maxChars) {
    return { fault: `is longer than ${maxChars} characters`, hint: example };
  }
  if (text.includes("://")) return { fault: "begins with a scheme", hint: "Leave out https://." };
  const at = text.indexOf("@");
  const named = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? null : text.slice(at + 1);
  if (digest !== null && !digestPattern.test(digest)) {
    return { fault: `has a digest that is none`, hint: "A digest is sha256: and 64 digits 0-9 a-f." };
  }
  const slash = named.indexOf("/");
  const first = slash === -1 ? "" : named.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost";
  const registry = isHost ? first : dockerHub;
  if (!host.test(registry)) return { fault: `has no registry in "${first}"`, hint: example };
  const rest = isHost ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(":");
  const tag = colon === -1 ? null : rest.slice(colon + 1);
  const path = colon === -1 ? rest : rest.slice(0, colon);
  if (tag !== null && !tagPattern.test(tag)) {
    return { fault: "has a tag that is none", hint: "A tag has letters, digits, `_`, `.` and `-`." };
  }
  if (/[A-Z]/.test(path)) {
    return { fault: "has capital letters in its name", hint: `Write ${path.toLowerCase()}.` };
  }
  if (!path.split("/").every((part) => pathPart.test(part))) {
    return { fault: "is not an image's name", hint: example };
  }
  const repository = registry === dockerHub && !path.includes("/") ? `library/${path}` : path;
  return { registry, repository, tag, digest };
}

/** The reference with its digest: engines pull by that, and people still read the tag. */
export const pinImage = (ref: string, digest: string): string =>
  ref.includes("@") ? ref : `${ref}@${digest}`;
