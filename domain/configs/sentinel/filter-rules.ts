import { flag, integer, pairs, type Rules, reference, text, texts, word } from "./rules.ts";

const phase = word("request", "response", "both");
const headerChanges: Rules = { rename: pairs, set: pairs, add: pairs, remove: texts };
export const limitKey = {
  value: { type: "string", oneOf: ["client-ip", "path", "route", "client-ip-and-path"], orPrefix: "header:" },
  children: null,
} as const;

/** By its `type`, what may stand in a `filter`. */
export const filterTypes: Readonly<Record<string, Rules>> = {
  "rate-limit": {
    "max-rps": integer(1),
    burst: integer(),
    "status-code": integer(100, 599),
    key: limitKey,
    "on-limit": word("reject", "delay", "log-only"),
    message: text,
    "max-delay-ms": integer(),
    backend: {
      value: { type: "string", oneOf: ["local", "redis", "memcached", "memcache"] },
      optional: true,
      children: { type: word("local", "redis", "memcached"), url: text },
    },
    "redis-url": text,
    "redis-prefix": text,
    "redis-pool-size": integer(1),
    "redis-timeout-ms": integer(1),
    "redis-fallback": flag,
    "memcached-url": text,
    "memcached-prefix": text,
    "memcached-pool-size": integer(1),
    "memcached-timeout-ms": integer(1),
    "memcached-fallback": flag,
    "memcached-ttl": integer(1),
  },
  agent: {
    agent: reference("agent"),
    "timeout-ms": integer(1),
    "failure-mode": word("open", "closed"),
    phase,
    "inspect-body": flag,
    "max-body-bytes": integer(),
  },
  headers: { ...headerChanges, phase },
  compress: { algorithms: texts, "min-size": integer(), "content-types": texts, level: integer(1, 9) },
  cors: {
    "allowed-origins": texts,
    "allowed-methods": texts,
    "allowed-headers": texts,
    "exposed-headers": texts,
    "allow-credentials": flag,
    "max-age-secs": integer(),
  },
  timeout: {
    "request-timeout-secs": integer(1),
    "upstream-timeout-secs": integer(1),
    "connect-timeout-secs": integer(1),
  },
  log: {
    "log-request": flag,
    "log-response": flag,
    "log-body": flag,
    "max-body-log-size": integer(),
    level: word("trace", "debug", "info", "warn", "error"),
    fields: texts,
  },
  geo: {
    "database-path": text,
    "database-type": word("maxmind", "ip2location"),
    action: word("block", "allow", "log-only"),
    countries: texts,
    "on-failure": word("open", "closed"),
    "status-code": integer(100, 599),
    "block-message": text,
    "cache-ttl-secs": integer(),
    "add-country-header": flag,
  },
  redirect: {
    scheme: text,
    hostname: text,
    host: text,
    port: integer(1, 65_535),
    path: text,
    prefix: text,
    "status-code": integer(300, 399),
  },
  "url-rewrite": { hostname: text, host: text, path: text, "path-prefix": text, prefix: text },
};
