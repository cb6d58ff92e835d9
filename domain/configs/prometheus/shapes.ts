import { relabelActions } from "./relabel-actions.ts";
/** What a place of the file may hold. */
export type Shape =
  | { is: "map"; keys: Readonly<Record<string, Shape>>; required?: readonly string[]; open?: boolean }
  | { is: "list"; of: Shape }
  | { is: "texts by name"; names: RegExp; what: string }
  | { is: "choice"; of: readonly string[] }
  | {
      is:
        | "text"
        | "any"
        | "flag"
        | "integer"
        | "number"
        | "duration"
        | "size"
        | "url"
        | "regex"
        | "label"
        | "secret";
    };

const map = (keys: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape => ({
  is: "map",
  keys,
  required,
});
const open = (keys: Readonly<Record<string, Shape>> = {}): Shape => ({ is: "map", keys, open: true });
const list = (of: Shape): Shape => ({ is: "list", of });
const choice = (...of: string[]): Shape => ({ is: "choice", of });
const text: Shape = { is: "text" };
const any: Shape = { is: "any" };
const flag: Shape = { is: "flag" };
const integer: Shape = { is: "integer" };
const number: Shape = { is: "number" };
const duration: Shape = { is: "duration" };
const size: Shape = { is: "size" };
const url: Shape = { is: "url" };
const regex: Shape = { is: "regex" };
const label: Shape = { is: "label" };
const secret: Shape = { is: "secret" };

const labels: Shape = { is: "texts by name", names: /^[A-Za-z_][A-Za-z0-9_]*$/, what: "label" };
const headers: Shape = { is: "texts by name", names: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, what: "header" };

const relabel = list(
  map({
    source_labels: list(label),
    separator: text,
    target_label: text,
    regex,
    modulus: integer,
    replacement: text,
    action: choice(...relabelActions),
  }),
);

const tlsVersion = choice("TLS10", "TLS11", "TLS12", "TLS13");
const tls = map({
  ca: text,
  cert: text,
  key: secret,
  ca_file: text,
  cert_file: text,
  key_file: text,
  ca_ref: text,
  cert_ref: text,
  key_ref: text,
  server_name: text,
  insecure_skip_verify: flag,
  min_version: tlsVersion,
  max_version: tlsVersion,
});

/** Settings of its HTTP client, which stand beside those of what uses it. */
const http: Readonly<Record<string, Shape>> = {
  basic_auth: map({
    username: text,
    username_file: text,
    username_ref: text,
    password: secret,
    password_file: text,
    password_ref: text,
  }),
  authorization: map({ type: text, credentials: secret, credentials_file: text, credentials_ref: text }),
  oauth2: map(
    {
      client_id: text,
      client_secret: secret,
      client_secret_file: text,
      client_secret_ref: text,
      scopes: list(text),
      token_url: url,
      endpoint_params: { is: "texts by name", names: /./, what: "parameter" },
      tls_config: tls,
      proxy_url: url,
      no_proxy: text,
      proxy_from_environment: flag,
      proxy_connect_header: any,
    },
    ["client_id", "token_url"],
  ),
  bearer_token: secret,
  bearer_token_file: text,
  tls_config: tls,
  proxy_url: url,
  no_proxy: text,
  proxy_from_environment: flag,
  proxy_connect_header: any,
  follow_redirects: flag,
  enable_http2: flag,
  http_headers: any,
};

const withHttp = (keys: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape =>
  map({ ...keys, ...http }, required);
const refreshed = { refresh_interval: duration, port: integer };
const filters = list(map({ name: text, values: list(text) }, ["name", "values"]));

/** Ways to find targets; those with a cloud of their own take further settings, which are not looked at. */
const discoveries: Readonly<Record<string, Shape>> = {
  static_configs: list(map({ targets: list(text), labels })),
  file_sd_configs: list(map({ files: list(text), refresh_interval: duration }, ["files"])),
  http_sd_configs: list(withHttp({ url, refresh_interval: duration }, ["url"])),
  dns_sd_configs: list(
    map(
      {
        names: list(text),
        type: choice("A", "AAAA", "MX", "NS", "SRV"),
        port: integer,
        refresh_interval: duration,
      },
      ["names"],
    ),
  ),
  kubernetes_sd_configs: list(
    withHttp(
      {
        role: choice("pod", "service", "endpoints", "endpointslice", "node", "ingress"),
        api_server: url,
        kubeconfig_file: text,
        namespaces: map({ names: list(text), own_namespace: flag }),
        selectors: list(map({ role: text, label: text, field: text })),
        attach_metadata: map({ node: flag, namespace: flag }),
      },
      ["role"],
    ),
  ),
  consul_sd_configs: list(
    withHttp({
      server: text,
      path_prefix: text,
      token: secret,
      datacenter: text,
      namespace: text,
      partition: text,
      scheme: text,
      username: text,
      password: secret,
      services: list(text),
      tags: list(text),
      node_meta: { is: "texts by name", names: /./, what: "key" },
      filter: text,
      tag_separator: text,
      allow_stale: flag,
      refresh_interval: duration,
    }),
  ),
  docker_sd_configs: list(
    withHttp({ host: text, host_networking_host: text, match_first_network: flag, filters, ...refreshed }, [
      "host",
    ]),
  ),
  dockerswarm_sd_configs: list(
    withHttp({ host: text, role: choice("services", "tasks", "nodes"), filters, ...refreshed }, [
      "host",
      "role",
    ]),
  ),
  ec2_sd_configs: list(
    withHttp({
      region: text,
      endpoint: text,
      access_key: text,
      secret_key: secret,
      profile: text,
      role_arn: text,
      external_id: text,
      filters,
      ...refreshed,
    }),
  ),
  ...Object.fromEntries(
    "azure digitalocean eureka gce hetzner ionos kuma lightsail linode marathon nerve nomad openstack ovhcloud puppetdb scaleway serverset stackit triton uyuni vultr"
      .split(" ")
      .map((name) => [
        `${name}_sd_configs`,
        list(open({ refresh_interval: duration, relabel_configs: any })),
      ]),
  ),
};

const protocols = list(
  choice(
    "PrometheusProto",
    "OpenMetricsText0.0.1",
    "OpenMetricsText1.0.0",
    "PrometheusText0.0.4",
    "PrometheusText1.0.0",
  ),
);
const nameValidation = choice("legacy", "utf8");
const nameEscaping = choice("underscores", "dots", "values", "allow-utf-8");

const limits: Readonly<Record<string, Shape>> = {
  body_size_limit: size,
  sample_limit: integer,
  label_limit: integer,
  label_name_length_limit: integer,
  label_value_length_limit: integer,
  target_limit: integer,
  keep_dropped_targets: integer,
  scrape_protocols: protocols,
  metric_name_validation_scheme: nameValidation,
  metric_name_escaping_scheme: nameEscaping,
  convert_classic_histograms_to_nhcb: flag,
  always_scrape_classic_histograms: flag,
  scrape_native_histograms: flag,
};

const scrape = withHttp(
  {
    job_name: text,
    scrape_interval: duration,
    scrape_timeout: duration,
    metrics_path: text,
    honor_labels: flag,
    honor_timestamps: flag,
    track_timestamps_staleness: flag,
    scheme: choice("http", "https"),
    params: any,
    enable_compression: flag,
    scrape_classic_histograms: flag,
    scrape_fallback_protocol: text,
    scrape_failure_log_file: text,
    native_histogram_bucket_limit: integer,
    native_histogram_min_bucket_factor: number,
    relabel_configs: relabel,
    metric_relabel_configs: relabel,
    ...limits,
    ...discoveries,
  },
  ["job_name"],
);

const sigv4 = map({
  region: text,
  access_key: text,
  secret_key: secret,
  profile: text,
  role_arn: text,
  external_id: text,
  use_fips_sts_endpoint: flag,
});

const remoteWrite = withHttp(
  {
    url,
    name: text,
    remote_timeout: duration,
    headers,
    write_relabel_configs: relabel,
    send_exemplars: flag,
    send_native_histograms: flag,
    round_robin_dns: flag,
    protobuf_message: choice("prometheus.WriteRequest", "io.prometheus.write.v2.Request"),
    sigv4,
    azuread: any,
    google_iam: any,
    queue_config: map({
      capacity: integer,
      max_shards: integer,
      min_shards: integer,
      max_samples_per_send: integer,
      batch_send_deadline: duration,
      min_backoff: duration,
      max_backoff: duration,
      retry_on_http_429: flag,
      sample_age_limit: duration,
    }),
    metadata_config: map({ send: flag, send_interval: duration, max_samples_per_send: integer }),
  },
  ["url"],
);

const remoteRead = withHttp(
  {
    url,
    name: text,
    required_matchers: labels,
    remote_timeout: duration,
    headers,
    read_recent: flag,
    filter_external_labels: flag,
  },
  ["url"],
);

export const documentShape: Shape = map({
  global: map({
    scrape_interval: duration,
    scrape_timeout: duration,
    evaluation_interval: duration,
    rule_query_offset: duration,
    query_log_file: text,
    scrape_failure_log_file: text,
    external_labels: labels,
    ...limits,
  }),
  runtime: map({ gogc: integer }),
  rule_files: list(text),
  scrape_config_files: list(text),
  scrape_configs: list(scrape),
  alerting: map({
    alert_relabel_configs: relabel,
    alertmanagers: list(
      withHttp({
        timeout: duration,
        api_version: choice("v1", "v2"),
        path_prefix: text,
        scheme: choice("http", "https"),
        sigv4,
        relabel_configs: relabel,
        alert_relabel_configs: relabel,
        ...discoveries,
      }),
    ),
  }),
  remote_write: list(remoteWrite),
  remote_read: list(remoteRead),
  storage: map({
    tsdb: map({
      out_of_order_time_window: duration,
      retention: map({ time: duration, size, percentage: integer }),
      stale_series_compaction_threshold: number,
    }),
    exemplars: map({ max_exemplars: integer }),
  }),
  tracing: map(
    {
      client_type: choice("http", "grpc"),
      endpoint: text,
      sampling_fraction: number,
      insecure: flag,
      headers,
      compression: choice("gzip"),
      timeout: duration,
      tls_config: tls,
      http_headers: any,
    },
    ["endpoint"],
  ),
  otlp: map({
    promote_resource_attributes: list(text),
    promote_all_resource_attributes: flag,
    ignore_resource_attributes: list(text),
    translation_strategy: choice(
      "UnderscoreEscapingWithSuffixes",
      "UnderscoreEscapingWithoutSuffixes",
      "NoUTF8EscapingWithSuffixes",
      "NoTranslation",
    ),
    keep_identifying_resource_attributes: flag,
    convert_histograms_to_nhcb: flag,
    promote_scope_metadata: flag,
    label_name_underscore_sanitization: flag,
    label_name_preserve_multiple_underscores: flag,
  }),
});
