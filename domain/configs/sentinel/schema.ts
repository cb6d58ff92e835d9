import { routeRules } from "./route-rules.ts";
import {
  address,
  block,
  flag,
  hostAndPort,
  integer,
  list,
  named,
  number,
  pairs,
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

const listenerRules: Rules = {
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

const target = {
  value: { type: "host and port" },
  optional: true,
  repeatable: true,
  props: {
    address: { type: "host and port" },
    weight: { type: "integer", min: 0 },
    "max-requests": { type: "integer", min: 1 },
  },
  children: { address: hostAndPort, weight: integer(), "max-requests": integer(1), metadata: pairs },
} as const;

export const balancing = [
  "round_robin",
  "roundrobin",
  "least_connections",
  "leastconnections",
  "weighted",
  "weighted_round_robin",
  "weighted-round-robin",
  "ip_hash",
  "iphash",
  "random",
  "consistent_hash",
  "consistenthash",
  "power_of_two_choices",
  "p2c",
  "adaptive",
  "least_tokens_queued",
  "leasttokensqueued",
  "least_tokens",
  "maglev",
  "locality_aware",
  "localityaware",
  "locality",
  "peak_ewma",
  "peakewma",
  "ewma",
  "deterministic_subset",
  "subset",
  "subsetting",
  "weighted_least_connections",
  "weighted_least_conn",
  "wlc",
  "sticky",
  "sticky_session",
  "stickysession",
];

const circuitBreaker = block({
  "failure-threshold": integer(1),
  "success-threshold": integer(1),
  "timeout-seconds": integer(1),
  "half-open-max-requests": integer(1),
});

const upstreamRules: Rules = {
  target,
  targets: since("0.6.16", block({ target })),
  address: hostAndPort,
  "load-balancing": {
    value: { type: "string", oneOf: balancing },
    children: {
      "cookie-name": text,
      "cookie-ttl": { value: { type: "any" }, children: null },
      "cookie-path": text,
      "cookie-secure": flag,
      "cookie-same-site": word("strict", "lax", "none"),
      fallback: word(...balancing, "round-robin"),
    },
  },
  "health-check": block({
    type: {
      value: { type: "string", oneOf: ["http", "tcp", "grpc", "inference"] },
      children: {
        path: text,
        "expected-status": { value: { type: "any" }, children: null },
        host: text,
        service: text,
        endpoint: text,
        "expected-models": texts,
        readiness: block({
          "inference-probe": pairs,
          "model-status": pairs,
          "queue-depth": pairs,
          "warmth-detection": pairs,
        }),
      },
    },
    path: text,
    "expected-status": integer(100, 599),
    "interval-secs": integer(1),
    "timeout-secs": integer(1),
    "healthy-threshold": integer(1),
    "unhealthy-threshold": integer(1),
  }),
  "connection-pool": block({
    "max-connections": integer(1),
    "max-idle": integer(),
    "idle-timeout": integer(),
    "idle-timeout-secs": integer(),
    "max-lifetime": integer(1),
    "max-lifetime-secs": integer(1),
  }),
  timeouts: block({
    connect: integer(1),
    request: integer(1),
    read: integer(1),
    write: integer(1),
    "connect-secs": integer(1),
    "request-secs": integer(1),
    "read-secs": integer(1),
    "write-secs": integer(1),
  }),
  tls: block({
    sni: text,
    "insecure-skip-verify": flag,
    "client-cert": text,
    "client-key": text,
    "ca-cert": text,
  }),
  "http-version": block({
    "min-version": integer(1, 2),
    "max-version": integer(1, 2),
    "h2-ping-interval": integer(),
    "h2-ping-interval-secs": integer(),
    "max-h2-streams": integer(1),
  }),
  "circuit-breaker": since("0.6.4", circuitBreaker),
};

const agentTls: Rules = {
  tls: block({}),
  "tls-insecure": block({}),
  "ca-cert": text,
  "client-cert": text,
  "client-key": text,
};
const bodyMode = {
  value: { type: "string", oneOf: ["buffer", "stream", "hybrid"], orPrefix: "hybrid:" },
  children: null,
} as const;

const agentRules: Rules = {
  type: text,
  "unix-socket": {
    value: { type: "string" },
    optional: true,
    props: { path: { type: "string" } },
    children: null,
  },
  grpc: {
    value: { type: "string" },
    optional: true,
    props: { address: { type: "string" } },
    children: agentTls,
  },
  http: { value: { type: "string" }, optional: true, props: { url: { type: "string" } }, children: agentTls },
  transport: {
    value: { type: "string", oneOf: ["unix_socket", "grpc", "http"] },
    optional: true,
    children: {
      type: word("unix_socket", "grpc", "http"),
      path: text,
      address: text,
      url: text,
      ...agentTls,
    },
  },
  events: list(
    word(
      "request_headers",
      "request-headers",
      "request_body",
      "request-body",
      "response_headers",
      "response-headers",
      "response_body",
      "response-body",
      "log",
      "websocket_frame",
      "websocket-frame",
    ),
  ),
  "timeout-ms": integer(1),
  "failure-mode": word("open", "closed", "fail-open", "fail_open", "fail-closed", "fail_closed"),
  "circuit-breaker": circuitBreaker,
  "max-request-body-bytes": integer(),
  "max-response-body-bytes": integer(),
  "request-body-mode": bodyMode,
  "response-body-mode": bodyMode,
  "chunk-timeout-ms": integer(1),
  "max-concurrent-calls": integer(1),
  "protocol-version": since("0.4.9", word("v1", "v2", "1", "2")),
  config: block({}, { free: true }),
};

const phase = word("request", "response", "both");
const headerChanges: Rules = { rename: pairs, set: pairs, add: pairs, remove: texts };
const limitKey = {
  value: { type: "string", oneOf: ["client-ip", "path", "route", "client-ip-and-path"], orPrefix: "header:" },
  children: null,
} as const;

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

const lists: Rules = {
  listeners: block({ listener: named("listener", listenerRules, { required: ["address"] }) }),
  routes: block({ route: named("route", routeRules) }),
  upstreams: block({ upstream: named("upstream", upstreamRules) }),
  filters: block({
    filter: named(
      "filter",
      { type: word(...Object.keys(filterTypes)) },
      { required: ["type"], variants: { by: "type", cases: filterTypes } },
    ),
  }),
  agents: block({ agent: named("agent", agentRules, { props: { type: { type: "string" } } }) }),
  limits: block({
    "max-header-size": integer(1),
    "max-header-size-bytes": integer(1),
    "max-header-count": integer(1),
    "max-header-name-bytes": integer(1),
    "max-header-value-bytes": integer(1),
    "max-body-size": integer(),
    "max-body-size-bytes": integer(),
    "max-body-buffer-bytes": integer(),
    "max-body-inspection-bytes": integer(),
    "max-decompression-ratio": number(1),
    "max-decompressed-size-bytes": integer(1),
    "max-connections-per-client": integer(1),
    "max-connections-per-route": integer(1),
    "max-total-connections": integer(1),
    "max-idle-connections-per-upstream": integer(),
    "max-in-flight-requests": integer(1),
    "max-in-flight-requests-per-worker": integer(1),
    "max-queued-requests": integer(),
    "max-agent-queue-depth": integer(),
    "max-agent-body-bytes": integer(),
    "max-agent-response-bytes": integer(),
    "max-requests-per-second-global": integer(1),
    "max-requests-per-second-per-client": integer(1),
    "max-requests-per-second-per-route": integer(1),
    "max-memory-bytes": integer(1),
    "max-memory-percent": number(0, 100),
  }),
};

const { routes, upstreams, filters, agents, limits } = lists as Record<string, NonNullable<Rules[string]>>;
const inService = { routes, upstreams, filters, agents, limits } as Rules;

const system = block({
  "worker-threads": integer(),
  "max-connections": integer(1),
  "graceful-shutdown-timeout-secs": integer(),
  daemon: flag,
  "pid-file": text,
  user: text,
  group: text,
  "working-directory": text,
  "trace-id-format": word("tinyflake", "uuid"),
  "auto-reload": flag,
  "route-cache-size": integer(1),
});

const logFile = { enabled: flag, file: text, "buffer-size": integer() };
const level = word("trace", "debug", "info", "warn", "error");

export const documentRules: Rules = {
  "schema-version": { value: { type: "any" }, children: null },
  version: { value: { type: "any" }, children: null },
  system,
  server: system,
  include: since("0.5.11", repeatable(text)),
  ...lists,
  waf: block({
    engine: text,
    mode: word("off", "detection", "detect", "prevention", "prevent", "block"),
    "audit-log": flag,
    ruleset: block({
      "crs-version": text,
      "custom-rules-dir": text,
      "paranoia-level": integer(1, 4),
      "anomaly-threshold": integer(1),
      exclusion: {
        value: { type: "string" },
        optional: true,
        many: true,
        repeatable: true,
        children: {
          "rule-ids": texts,
          scope: {
            value: { type: "string" },
            props: { path: { type: "string" }, host: { type: "string" } },
            optional: true,
            children: null,
          },
        },
      },
    }),
    "body-inspection": block({
      "inspect-request-body": flag,
      "inspect-response-body": flag,
      "max-inspection-bytes": integer(1),
      "content-types": texts,
      decompress: flag,
      "max-decompression-ratio": number(1),
    }),
  }),
  namespace: named("namespace", {
    ...lists,
    service: named("service", {
      listener: {
        value: { type: "string" },
        optional: true,
        children: { id: text, ...listenerRules },
        required: ["address"],
      },
      ...inService,
    }),
    exports: block({
      upstreams: reference("upstream", { many: true }),
      agents: reference("agent", { many: true }),
      filters: reference("filter", { many: true }),
    }),
  }),
  observability: block({
    logging: block({
      level,
      format: word("json", "text", "pretty", "compact"),
      "access-log": block({ ...logFile, format: text }),
      "error-log": block({ ...logFile, level }),
      "audit-log": block({
        ...logFile,
        "log-blocked": flag,
        "log-agent-decisions": flag,
        "log-waf-events": flag,
      }),
    }),
    metrics: block({ enabled: flag, address, path: text, "high-cardinality": flag }),
    tracing: block(
      {
        backend: {
          value: { type: "string", oneOf: ["otlp", "jaeger", "zipkin"] },
          children: { endpoint: text },
          required: ["endpoint"],
        },
        "sampling-rate": number(0, 1),
        "service-name": text,
      },
      { required: ["backend"] },
    ),
  }),
  "rate-limits": block({
    "default-rps": integer(1),
    "default-burst": integer(),
    key: limitKey,
    global: block({ "max-rps": integer(1), burst: integer(), key: limitKey }, { required: ["max-rps"] }),
  }),
  cache: block({
    enabled: flag,
    backend: word("memory", "disk", "hybrid"),
    "max-size": integer(1),
    "max-size-bytes": integer(1),
    "eviction-limit": integer(1),
    "lock-timeout": integer(),
    "disk-path": text,
    "disk-shards": integer(1),
  }),
};
