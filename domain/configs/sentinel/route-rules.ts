import {
  block,
  flag,
  integer,
  list,
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
import { circuitBreaker } from "./upstream-rules.ts";

const status = integer(100, 599);
const nameAndValue = {
  value: { type: "string" },
  optional: true,
  many: true,
  repeatable: true,
  props: { name: { type: "string" }, value: { type: "string" } },
  children: null,
} as const;
const provider = word("openai", "open-ai", "open_ai", "anthropic", "generic");
const headers = block({ rename: pairs, set: pairs, add: pairs, remove: texts });
const guard = block({
  enabled: flag,
  agent: reference("agent"),
  action: word("block", "log", "warn", "redact"),
  categories: texts,
  "block-status": status,
  "block-message": text,
  "timeout-ms": integer(1),
  "failure-mode": word("open", "closed"),
});

const inference: Rules = {
  provider,
  "model-header": text,
  "rate-limit": block(
    {
      "tokens-per-minute": integer(1),
      "requests-per-minute": integer(1),
      "burst-tokens": integer(),
      "estimation-method": word("chars", "characters", "words", "tiktoken"),
      key: text,
    },
    { required: ["tokens-per-minute"] },
  ),
  routing: block({
    strategy: word(
      "least-tokens-queued",
      "least_tokens_queued",
      "round-robin",
      "round_robin",
      "least-latency",
      "least_latency",
    ),
    "queue-depth-header": text,
  }),
  budget: block(
    {
      period: { value: { type: "any" }, children: null },
      limit: integer(1),
      "alert-thresholds": list(number(0, 1)),
      enforce: flag,
      rollover: flag,
      "burst-allowance": number(0),
    },
    { required: ["limit"] },
  ),
  "cost-attribution": block({
    enabled: flag,
    "default-input-cost": number(0),
    "default-output-cost": number(0),
    currency: text,
    pricing: block({
      model: {
        value: { type: "string" },
        repeatable: true,
        children: {
          "input-cost-per-million": number(0),
          "output-cost-per-million": number(0),
          currency: text,
        },
      },
    }),
  }),
  "model-routing": block({
    model: {
      value: { type: "string" },
      repeatable: true,
      props: {
        upstream: { type: "string" },
        provider: { type: "string", oneOf: ["openai", "anthropic", "generic"] },
      },
      children: null,
    },
    "default-upstream": reference("upstream"),
  }),
  guardrails: block({ "prompt-injection": guard, "pii-detection": guard }),
};

const cacheRules: Rules = {
  enabled: flag,
  "default-ttl-secs": integer(),
  "max-size-bytes": integer(1),
  "cache-private": flag,
  "stale-while-revalidate-secs": integer(),
  "stale-if-error-secs": integer(),
  "cacheable-methods": texts,
  "cacheable-status-codes": list(status),
  "vary-headers": texts,
  "ignore-query-params": texts,
  "exclude-extensions": texts,
  "exclude-paths": texts,
};

/** What may stand in a `route`. */
export const routeRules: Rules = {
  matches: block({
    "path-prefix": repeatable(text),
    path: repeatable(text),
    "path-regex": repeatable(text),
    host: repeatable(text),
    method: repeatable(texts),
    header: nameAndValue,
    "query-param": nameAndValue,
  }),
  priority: { value: { type: "any" }, children: null },
  upstream: reference("upstream"),
  "service-type": word("web", "api", "static", "builtin", "inference"),
  "builtin-handler": word(
    "status",
    "health",
    "metrics",
    "not-found",
    "not_found",
    "config",
    "upstreams",
    "cache-purge",
    "cache_purge",
    "cache-stats",
    "cache_stats",
  ),
  filters: reference("filter", { many: true }),
  "waf-enabled": flag,
  websocket: flag,
  "websocket-inspection": flag,
  "static-files": block(
    {
      root: text,
      index: text,
      "directory-listing": flag,
      "cache-control": text,
      compress: flag,
      fallback: text,
      "mime-types": pairs,
    },
    { required: ["root"] },
  ),
  "api-schema": since(
    "0.3.0",
    block({
      "schema-file": text,
      "schema-content": text,
      "validate-requests": flag,
      "validate-responses": flag,
      "strict-mode": flag,
      "request-schema": block({}, { free: true }),
      "response-schema": block({}, { free: true }),
    }),
  ),
  inference: since("0.4.0", block(inference)),
  cache: block(cacheRules),
  shadow: since(
    "0.3.0",
    block(
      {
        upstream: reference("upstream"),
        percentage: number(0, 100),
        "sample-header": texts,
        "timeout-ms": integer(1),
        "buffer-body": flag,
        "max-body-bytes": integer(),
      },
      { required: ["upstream"] },
    ),
  ),
  fallback: since(
    "0.4.0",
    block({
      "max-attempts": integer(1),
      triggers: block({
        "on-health-failure": flag,
        "on-budget-exhausted": flag,
        "on-latency-threshold-ms": integer(1),
        "on-error-codes": list(status),
        "on-connection-error": flag,
      }),
      "fallback-upstream": {
        value: { type: "string" },
        repeatable: true,
        refersTo: "upstream",
        children: { provider, "skip-if-unhealthy": flag, "model-mapping": pairs },
      },
    }),
  ),
  "retry-policy": since(
    "0.6.17",
    block({
      "max-attempts": integer(1),
      "timeout-ms": integer(1),
      "backoff-base-ms": integer(),
      "backoff-max-ms": integer(),
      "retryable-status-codes": list(status),
    }),
  ),
  "circuit-breaker": circuitBreaker,
  policies: block({
    "request-headers": headers,
    "response-headers": headers,
    "timeout-secs": integer(1),
    "max-body-size": { value: { type: "any" }, children: null },
    "failure-mode": word("open", "closed"),
    "buffer-requests": flag,
    "buffer-responses": flag,
    "rate-limit": block({
      "requests-per-second": integer(1),
      burst: integer(),
      key: text,
    }),
    cache: block(cacheRules),
  }),
  "error-pages": block({
    "default-format": word("html", "json", "text", "xml"),
    "include-stack-trace": flag,
    "template-dir": text,
    pages: block({}, { free: true }),
  }),
};
