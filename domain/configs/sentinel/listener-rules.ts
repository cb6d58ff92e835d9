import {
  address,
  block,
  flag,
  integer,
  type Rules,
  reference,
  repeatable,
  since,
  text,
  texts,
  word,
} from "./rules.ts";

const acme = block(
  {
    email: text,
    domains: repeatable(texts),
    "server-url": text,
    staging: flag,
    storage: text,
    "renew-before-days": integer(1),
    "challenge-type": since("0.4.0", word("http-01", "dns-01", "http01", "dns01", "dns")),
    "key-type": word("ecdsa-p256", "ecdsa-p384"),
    eab: block({ kid: text, "hmac-key": text }, { required: ["kid", "hmac-key"] }),
    "dns-provider": since(
      "0.4.0",
      block(
        {
          type: word("hetzner", "cloudflare", "webhook"),
          "credentials-file": text,
          "credentials-env": text,
          "api-timeout-secs": integer(1),
          url: text,
          "auth-header": text,
          propagation: block({
            "initial-delay-secs": integer(),
            "check-interval-secs": integer(1),
            "timeout-secs": integer(1),
            nameservers: texts,
          }),
        },
        { required: ["type"] },
      ),
    ),
  },
  { required: ["email", "domains"] },
);

const tlsVersion = word("1.2", "1.3", "TLS1.2", "TLS1.3", "TLSv1.2", "TLSv1.3");

/** What may stand in a `listener`. */
export const listenerRules: Rules = {
  address,
  protocol: word("http", "https", "h2", "h3"),
  "default-route": reference("route"),
  "request-timeout-secs": integer(1),
  "keepalive-timeout-secs": integer(),
  "max-concurrent-streams": integer(1),
  "keepalive-max-requests": since("0.6.4", integer(1)),
  namespace: since("0.6.16", reference("namespace")),
  tls: block({
    "cert-file": text,
    "key-file": text,
    "ca-file": text,
    "min-version": tlsVersion,
    "max-version": tlsVersion,
    "client-auth": flag,
    "ocsp-stapling": flag,
    "session-resumption": flag,
    "cipher-suite": repeatable(text),
    "cipher-suites": texts,
    sni: block(
      {
        hostnames: texts,
        "priority-hostnames": texts,
        "cert-file": text,
        "key-file": text,
        acme: since("0.6.12", acme),
      },
      { repeatable: true },
    ),
    acme,
  }),
};
