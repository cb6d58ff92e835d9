import { isUnknown } from "../inputs/placeholders.ts";
import type { YamlNode } from "../yaml/nodes.ts";

/** The collector's own `${env:NAME}`, `${file:path}` and `${NAME}`; `$$` stands for one `$`. */
const expansion = /(?<!\$)(?:\$\$)*\$\{/;

/** Known only once it is filled in, by Muster or by the collector itself. */
export const isOpen = (node: YamlNode): boolean =>
  node.kind === "scalar" && (isUnknown(node.text) || expansion.test(node.text));

export const isNull = (node: YamlNode): boolean => node.kind === "scalar" && node.value === null;

const goDuration = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const promDuration = /^(?:0|(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?)$/;

export const isGoDuration = (text: string): boolean => text.length < 100 && goDuration.test(text);
export const isPromDuration = (text: string): boolean =>
  text !== "" && text.length < 100 && promDuration.test(text);

export interface Address {
  host: string;
  port: string;
}

/** `host:port`, `:port` or `[v6]:port`; null = it is none. Ports may be names of services. */
export function readAddress(text: string): Address | null {
  const [, host = "", port = ""] = /^(\[[^\]]*\]|[^:]*):([0-9]{1,5}|[a-z][a-z0-9-]*)$/i.exec(text) ?? [];
  if (port === "" || (/^\d/.test(port) && Number(port) > 65_535)) return null;
  return { host, port };
}

/** HOST:PORT, also with a scheme and an authority before it; other schemes than these have grammars of their own. */
export function isGrpcTarget(text: string): boolean {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [null, "", text];
  if (!["", "http", "https"].includes(scheme.toLowerCase())) return true;
  return readAddress(rest.replace(/\/.*$/s, "")) !== null;
}

export const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^\s]+$/i.test(text);

export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
