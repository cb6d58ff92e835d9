import { filterTypes, limitKey } from "./filter-rules.ts";
import { listenerRules } from "./listener-rules.ts";
import { routeRules } from "./route-rules.ts";
import {
  address,
  block,
  flag,
  integer,
  list,
  named,
  number,
  type Rules,
  reference,
  repeatable,
  since,
  text,
  texts,
  word,
} from "./rules.ts";
import { circuitBreaker, upstreamRules } from "./upstream-rules.ts";

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
