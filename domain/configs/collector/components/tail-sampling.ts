import { type ComponentType, contribDocs } from "../component.ts";
import {
  advanced,
  choice,
  duration,
  flag,
  group,
  integer,
  list,
  map,
  number,
  type Properties,
  record,
  type Schema,
  text,
  texts,
  titled,
} from "../schema.ts";

const simpleTypes = [
  "always_sample",
  "latency",
  "numeric_attribute",
  "probabilistic",
  "status_code",
  "string_attribute",
  "rate_limiting",
  "bytes_limiting",
  "span_count",
  "trace_state",
  "boolean_attribute",
  "ottl_condition",
  "trace_flags",
];

const invert = flag("Invert", "Keep what does not match.", false);
const ofType: Properties = {
  latency: titled(
    "Latency",
    "How long the trace took.",
    record({
      threshold_ms: integer("At least", "Milliseconds.", { minimum: 0 }),
      upper_threshold_ms: integer("At most", "Milliseconds; 0 = no limit.", { minimum: 0 }),
    }),
  ),
  numeric_attribute: titled(
    "Number",
    "Of an attribute.",
    record({
      key: text("Attribute", "Name."),
      min_value: integer("Least", "Value."),
      max_value: integer("Highest", "Value."),
      invert_match: invert,
    }),
  ),
  probabilistic: titled(
    "Share",
    "Of all traces.",
    record({
      sampling_percentage: number("Percentage", "That is kept.", { minimum: 0 }),
      hash_salt: text("Salt", "Of the hash."),
    }),
  ),
  status_code: titled(
    "Status",
    "Of any of its spans.",
    record({
      status_codes: list(
        "Status",
        "Of a span.",
        { type: "string", enum: ["OK", "ERROR", "UNSET"] },
        { minItems: 1 },
      ),
    }),
  ),
  string_attribute: titled(
    "Text",
    "Of an attribute.",
    record({
      key: text("Attribute", "Name."),
      values: texts("Values", "Texts or patterns."),
      enabled_regex_matching: flag("Patterns", "The values are regular expressions.", false),
      cache_max_size: integer("Cache", "Of matches.", { minimum: 0 }),
      invert_match: invert,
    }),
  ),
  rate_limiting: titled(
    "Rate",
    "Of spans.",
    record({ spans_per_second: integer("Spans per second", "At most.", { minimum: 0 }) }),
  ),
  bytes_limiting: titled(
    "Rate in bytes",
    "Of traces.",
    record({
      bytes_per_second: integer("Bytes per second", "At most.", { minimum: 0 }),
      burst_capacity: integer("Burst", "Bytes.", { minimum: 0 }),
    }),
  ),
  span_count: titled(
    "Spans",
    "How many the trace has.",
    record({
      min_spans: integer("At least", "Spans.", { minimum: 0 }),
      max_spans: integer("At most", "Spans.", { minimum: 0 }),
    }),
  ),
  trace_state: titled(
    "Trace state",
    "An entry of it.",
    record({ key: text("Key", "Name."), values: texts("Values", "Texts.") }),
  ),
  boolean_attribute: titled(
    "Boolean",
    "Of an attribute.",
    record({
      key: text("Attribute", "Name."),
      value: flag("Value", "That is kept."),
      invert_match: invert,
    }),
  ),
  ottl_condition: titled(
    "Conditions",
    "In the transformation language.",
    record({
      error_mode: choice("On errors", "Of a condition.", ["ignore", "silent", "propagate"], "ignore"),
      span: texts("Spans", "OTTL conditions."),
      spanevent: texts("Span events", "OTTL conditions."),
    }),
  ),
};

const policy = (types: readonly string[], more: Properties, required = ["name", "type"]): Schema =>
  record(
    {
      name: text("Name", "Of the policy."),
      type: choice("Type", "What it looks at.", types),
      ...ofType,
      ...more,
    },
    { required },
  );

const subPolicies = (types: readonly string[], more: Properties = {}): Schema =>
  list("Policies", "Of the group.", policy(types, more), { minItems: 1 });
const and = titled(
  "All of",
  "Policies that must all agree.",
  record({ and_sub_policy: subPolicies(simpleTypes) }),
);
const not = titled(
  "Not",
  "A policy that must not agree.",
  record({ not_sub_policy: titled("Policy", "Turned round.", policy(simpleTypes, {})) }),
);

export const tailSampling: ComponentType = {
  role: "processor",
  type: "tail_sampling",
  title: "Tail sampling",
  summary:
    "Keeps whole traces by what is in them, once they are complete. All spans of a trace must reach one collector.",
  documentation: contribDocs("processor/tailsamplingprocessor"),
  signals: ["traces"],
  connects: [],
  schema: group(
    "Tail sampling",
    "Keeps whole traces.",
    {
      policies: list(
        "Policies",
        "A trace is kept when one of them says so, unless one drops it.",
        policy([...simpleTypes, "and", "not", "drop", "composite"], {
          and,
          not,
          drop: titled(
            "Drop",
            "Traces for which all of these policies agree.",
            record({ drop_sub_policy: subPolicies(simpleTypes) }),
          ),
          composite: titled(
            "Shares of a rate",
            "Policies in order, each with its share of the spans.",
            record({
              max_total_spans_per_second: integer("Spans per second", "At most.", { minimum: 0 }),
              policy_order: texts("Order", "Names of the policies."),
              composite_sub_policy: subPolicies([...simpleTypes, "and"], { and }),
              rate_allocation: list(
                "Shares",
                "Of the spans.",
                record({
                  policy: text("Policy", "Name."),
                  percent: integer("Percent", "Of the spans.", { minimum: 0, maximum: 100 }),
                }),
              ),
            }),
          ),
        }),
        { minItems: 1 },
      ),
      decision_wait: duration("Wait", "From the first span to the decision.", "30s"),
      decision_wait_after_root_received: advanced(duration("Wait after the root", "Decide sooner then.")),
      num_traces: integer("Traces in memory", "At most.", { default: 50_000, minimum: 1 }),
      expected_new_traces_per_sec: integer("New traces per second", "That are expected.", { minimum: 0 }),
      decision_cache: advanced(
        group("Decisions kept", "For spans that come late.", {
          sampled_cache_size: integer("Of kept traces", "How many.", { minimum: 0 }),
          non_sampled_cache_size: integer("Of dropped traces", "How many.", { minimum: 0 }),
        }),
      ),
      block_on_overflow: advanced(flag("Block when full", "Instead of forgetting old traces.", false)),
      drop_pending_traces_on_shutdown: advanced(flag("Drop on shutdown", "What is not decided.", false)),
      maximum_trace_size_bytes: advanced(integer("Largest trace", "Bytes; 0 = no limit.", { minimum: 0 })),
      sample_on_first_match: advanced(flag("First match decides", "Look at no more policies.", false)),
      sampling_strategy: advanced(
        choice("Strategy", "When it decides.", ["trace-complete", "span-ingest"], "trace-complete"),
      ),
      tail_storage: advanced(map("Storage", "Of traces.", {})),
    },
    { required: ["policies"] },
  ),
  example:
    "decision_wait: 10s\npolicies:\n  - name: errors\n    type: status_code\n    status_code: {status_codes: [ERROR]}\n  - name: slow\n    type: latency\n    latency: {threshold_ms: 1000}\n  - name: some\n    type: probabilistic\n    probabilistic: {sampling_percentage: 5}\n",
};
