import { relabelActions } from "../../prometheus/relabel-actions.ts";
import {
  advanced,
  choice,
  flag,
  integer,
  list,
  map,
  number,
  type Properties,
  record,
  type Schema,
  secret,
  text,
  texts,
  titled,
} from "../schema.ts";

/** Prometheus' own settings, as its receiver takes them. Its durations know days and weeks, and no fractions. */

const promDuration = (title: string, help: string, byDefault?: string): Schema => ({
  ...text(title, help),
  format: "prom-duration",
  ...(byDefault !== undefined && { default: byDefault }),
});

const tlsConfig = titled(
  "TLS",
  "Of the connection to a target.",
  record({
    ca: text("CA", "PEM."),
    ca_file: text("CA file", "Path."),
    ca_ref: text("CA reference", "Name."),
    cert: text("Certificate", "PEM."),
    cert_file: text("Certificate file", "Path."),
    cert_ref: text("Certificate reference", "Name."),
    key: secret("Key", "PEM."),
    key_file: text("Key file", "Path."),
    key_ref: text("Key reference", "Name."),
    server_name: text("Server name", "That is checked."),
    insecure_skip_verify: flag("Skip verification", "Accept any certificate.", false),
    min_version: choice("Least version", "Of TLS.", ["TLS10", "TLS11", "TLS12", "TLS13"]),
    max_version: choice("Highest version", "Of TLS.", ["TLS10", "TLS11", "TLS12", "TLS13"]),
  }),
);

const proxy: Properties = {
  proxy_url: text("Proxy", "URL."),
  no_proxy: text("Without proxy", "Hosts, comma-separated."),
  proxy_from_environment: flag("Proxy from the environment", "HTTP_PROXY and the like.", false),
  proxy_connect_header: map("Proxy headers", "Of CONNECT.", {}),
};

const headerMap = map("HTTP headers", "Sent with each scrape.", {});

const httpSettings: Properties = {
  basic_auth: titled(
    "User and password",
    "Sent with each scrape.",
    record({
      username: text("User", "Name."),
      username_file: text("User file", "Path."),
      username_ref: text("User reference", "Name."),
      password: secret("Password", "Of the user."),
      password_file: text("Password file", "Path."),
      password_ref: text("Password reference", "Name."),
    }),
  ),
  authorization: titled(
    "Authorization",
    "The header of each scrape.",
    record({
      type: text("Type", "Of the header.", { default: "Bearer" }),
      credentials: secret("Credentials", "Of the header."),
      credentials_file: text("Credentials file", "Path."),
      credentials_ref: text("Credentials reference", "Name."),
    }),
  ),
  oauth2: {
    type: "object",
    title: "OAuth 2",
    description: "Client credentials.",
    additionalProperties: true,
    properties: { client_secret: secret("Client's secret", "Of OAuth 2.") },
  },
  bearer_token: secret("Bearer token", "Better: authorization."),
  bearer_token_file: text("Bearer token file", "Better: authorization."),
  tls_config: tlsConfig,
  follow_redirects: flag("Follow redirects", "Of a target.", true),
  enable_http2: flag("HTTP/2", "Use it.", true),
  http_headers: headerMap,
  ...proxy,
};

const relabelConfigs = (title: string): Schema =>
  list(
    title,
    "Applied in order.",
    record({
      source_labels: texts("Source labels", "Their values are joined."),
      separator: text("Separator", "Between them.", { default: ";" }),
      target_label: text("Target label", "That is written."),
      regex: {
        type: ["string", "number", "boolean"],
        title: "Pattern",
        description: "Matched against the joined values.",
        default: "(.*)",
      },
      modulus: integer("Modulus", "Of hashmod.", { minimum: 0 }),
      replacement: {
        type: ["string", "number", "boolean"],
        title: "Replacement",
        description: "In Muster and collectors write $$1 for the first group.",
        default: "$1",
      },
      action: choice("Action", "What is done.", relabelActions, "replace"),
    }),
  );

const labelValues: Schema = { type: ["string", "number", "boolean"] };
const protocols = [
  "PrometheusProto",
  "PrometheusText0.0.4",
  "PrometheusText1.0.0",
  "OpenMetricsText0.0.1",
  "OpenMetricsText1.0.0",
];

const limits: Properties = {
  body_size_limit: {
    type: ["string", "integer"],
    title: "Largest body",
    description: "Such as 100MB; 0 = no limit.",
  },
  sample_limit: integer("Samples", "At most; 0 = no limit.", { minimum: 0 }),
  target_limit: integer("Targets", "At most; 0 = no limit.", { minimum: 0 }),
  label_limit: integer("Labels", "At most; 0 = no limit.", { minimum: 0 }),
  label_name_length_limit: integer("Label name length", "At most.", { minimum: 0 }),
  label_value_length_limit: integer("Label value length", "At most.", { minimum: 0 }),
  keep_dropped_targets: integer("Dropped targets kept", "At most.", { minimum: 0 }),
};
const exposition: Properties = {
  scrape_protocols: list("Protocols", "In order of preference.", { type: "string", enum: protocols }),
  scrape_native_histograms: flag("Native histograms", "Scrape them."),
  always_scrape_classic_histograms: flag("Classic histograms too", "Beside native ones."),
  scrape_classic_histograms: flag("Classic histograms", "An older name."),
  convert_classic_histograms_to_nhcb: flag("Convert classic histograms", "To native ones."),
  metric_name_validation_scheme: choice("Name validation", "Of metrics.", ["utf8", "legacy"]),
  metric_name_escaping_scheme: choice("Name escaping", "Of metrics.", [
    "allow-utf-8",
    "underscores",
    "underscore",
    "dots",
    "values",
  ]),
  extra_scrape_metrics: flag("Extra metrics", "About each scrape."),
};

/** Each of them a list of objects that only that discovery knows. */
const discoveries = [
  "aws",
  "azure",
  "consul",
  "digitalocean",
  "dns",
  "docker",
  "dockerswarm",
  "ec2",
  "eureka",
  "file",
  "gce",
  "hetzner",
  "http",
  "ionos",
  "kubernetes",
  "kuma",
  "lightsail",
  "linode",
  "marathon",
  "nerve",
  "nomad",
  "openstack",
  "outscale",
  "ovhcloud",
  "puppetdb",
  "scaleway",
  "serverset",
  "stackit",
  "triton",
  "uyuni",
  "vultr",
];

export const scrapeConfig = record(
  {
    job_name: text("Job", "Its name, unique."),
    scrape_interval: promDuration("Interval", "Between two scrapes.", "1m"),
    scrape_timeout: promDuration("Timeout", "Of a scrape.", "10s"),
    metrics_path: text("Path", "Of the URL.", { default: "/metrics" }),
    scheme: choice("Scheme", "Of the URL.", ["http", "https"], "http"),
    params: advanced(map("Parameters", "Of the URL.", { type: "array", items: labelValues })),
    static_configs: list(
      "Targets",
      "That are always the same.",
      record({
        targets: texts("Addresses", "HOST:PORT."),
        labels: map("Labels", "Added to their metrics.", labelValues),
      }),
    ),
    relabel_configs: relabelConfigs("Relabel targets"),
    metric_relabel_configs: relabelConfigs("Relabel metrics"),
    honor_labels: flag("Honor labels", "Keep the target's where they meet.", false),
    honor_timestamps: advanced(flag("Honor timestamps", "Of the target.", true)),
    track_timestamps_staleness: advanced(flag("Track staleness", "Of timestamps.", false)),
    enable_compression: advanced(flag("Compression", "Ask for it.", true)),
    fallback_scrape_protocol: advanced(
      choice("Fallback protocol", "When the target does not say.", protocols),
    ),
    native_histogram_bucket_limit: advanced(integer("Native buckets", "At most.", { minimum: 0 })),
    native_histogram_min_bucket_factor: advanced(number("Native bucket factor", "At least.", { minimum: 0 })),
    scrape_failure_log_file: advanced(text("Failure log", "Path.")),
    ...Object.fromEntries(
      Object.entries({ ...limits, ...exposition, ...httpSettings }).map(([key, schema]) => [
        key,
        advanced(schema),
      ]),
    ),
    ...Object.fromEntries(
      discoveries.map((name) => [
        `${name}_sd_configs`,
        advanced(
          list(`Discovery: ${name}`, "As Prometheus has it.", { type: "object", additionalProperties: true }),
        ),
      ]),
    ),
  },
  { required: ["job_name"] },
);

export const scrapeGlobals = titled(
  "Globals",
  "For all jobs that do not say otherwise.",
  record({
    scrape_interval: promDuration("Interval", "Between two scrapes.", "1m"),
    scrape_timeout: promDuration("Timeout", "Of a scrape.", "10s"),
    evaluation_interval: promDuration("Evaluation interval", "Unused by collectors."),
    rule_query_offset: promDuration("Rule offset", "Unused by collectors."),
    external_labels: map("External labels", "Added to what is sent.", labelValues),
    query_log_file: text("Query log", "Unused by collectors."),
    scrape_failure_log_file: text("Failure log", "Path."),
    ...limits,
    ...exposition,
  }),
);
