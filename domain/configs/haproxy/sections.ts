import { globalKeywords } from "./global-keywords.ts";
import { proxyKeywords } from "./proxy-keywords.ts";

export type ProxyType = "defaults" | "frontend" | "listen" | "backend";

interface SectionRule {
  name: "none" | "optional" | "required";
  keywords: ReadonlySet<string>;
  /** Keywords that begin so exist in families that grow with each release; an unknown one is only a warning. */
  openFamilies?: readonly string[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
const proxy = (name: SectionRule["name"]): SectionRule => ({ name, keywords: new Set(proxyKeywords.keys()) });

/** Sections and keywords of HAProxy 2.6 to 3.2, from its configuration manual. */
export const sections: ReadonlyMap<string, SectionRule> = new Map<string, SectionRule>([
  [
    "global",
    {
      name: "none",
      keywords: globalKeywords,
      openFamilies: [
        "tune.",
        "httpclient.",
        "profiling.",
        "harden.",
        "ocsp-update.",
        "acme.",
        "jwt.",
        "lua-",
        "51degrees-",
        "deviceatlas-",
        "wurfl-",
      ],
    },
  ],
  ["defaults", proxy("optional")],
  ["frontend", proxy("required")],
  ["listen", proxy("required")],
  ["backend", proxy("required")],
  ["userlist", { name: "required", keywords: words("user group") }],
  [
    "peers",
    {
      name: "required",
      keywords: words(
        "peer server bind default-bind default-server table disabled enabled log localpeer shards",
      ),
    },
  ],
  [
    "resolvers",
    {
      name: "required",
      keywords: words(
        "nameserver parse-resolv-conf hold resolve_retries timeout accepted_payload_size prefer_family",
      ),
    },
  ],
  ["mailers", { name: "required", keywords: words("mailer timeout") }],
  [
    "cache",
    {
      name: "required",
      keywords: words("total-max-size max-object-size max-age process-vary max-secondary-entries"),
    },
  ],
  ["program", { name: "required", keywords: words("command user group option") }],
  ["http-errors", { name: "required", keywords: words("errorfile") }],
  [
    "ring",
    {
      name: "required",
      keywords: words("description format maxlen size backing-file timeout server default-server"),
    },
  ],
  [
    "log-forward",
    {
      name: "required",
      keywords: words("bind dgram-bind log maxconn timeout backlog option description"),
    },
  ],
  ["log-profile", { name: "required", keywords: words("log-tag on") }],
  [
    "fcgi-app",
    {
      name: "required",
      keywords: words("acl docroot index log-stderr option pass-header path-info set-param"),
    },
  ],
  ["crt-store", { name: "optional", keywords: words("crt-base key-base load") }],
  [
    "acme",
    {
      name: "required",
      keywords: words(
        "directory account-key contact challenge keytype curves bits map provider-name acme-vars dns-delay challenge-ready dns-timeout reuse-key profile",
      ),
    },
  ],
  ["traces", { name: "none", keywords: words("trace") }],
  ["namespace_list", { name: "none", keywords: words("namespace") }],
]);

export function isProxyType(type: string): type is ProxyType {
  return type === "defaults" || type === "frontend" || type === "listen" || type === "backend";
}
