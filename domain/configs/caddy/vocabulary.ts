const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export interface DirectiveRule {
  /** How many arguments it takes, a matcher aside. */
  min: number;
  max: number;
  /** First words of the lines in its block; "any" = of people's own choosing; "directives" = a route; null = no block. */
  block: readonly string[] | "any" | "directives" | null;
  /** Its first argument is never a matcher. */
  plain?: boolean;
}

const rule = (
  min: number,
  max: number,
  block: DirectiveRule["block"] = null,
  plain = false,
): DirectiveRule => ({ min, max, block, plain });
const many = Number.POSITIVE_INFINITY;

const proxyLines = words(`
  to dynamic lb_policy lb_retries lb_try_duration lb_try_interval lb_retry_match health_uri health_upstream health_port
  health_interval health_passes health_fails health_timeout health_status health_method health_request_body
  health_follow_redirects health_body health_headers fail_duration max_fails unhealthy_status unhealthy_latency
  unhealthy_request_count flush_interval buffer_requests buffer_responses max_buffer_size request_buffers response_buffers
  stream_timeout stream_close_delay trusted_proxies header_up header_down method rewrite transport handle_response
  replace_status verbose_logs copy_response copy_response_headers
`);

/** Caddy's own directives, 2.6 to 2.10. */
export const directives: ReadonlyMap<string, DirectiveRule> = new Map([
  ["abort", rule(0, 0)],
  ["acme_server", rule(0, 0, words("ca lifetime resolvers challenges allow deny sign_with_root"))],
  ["basic_auth", rule(0, 2, "any")],
  ["basicauth", rule(0, 2, "any")],
  ["bind", rule(1, many, ["protocols"], true)],
  ["copy_response", rule(0, 1, ["status"])],
  ["copy_response_headers", rule(0, 0, words("include exclude"))],
  ["encode", rule(0, many, words("gzip zstd br minimum_length match prefer"))],
  ["error", rule(1, 2, ["message"])],
  [
    "file_server",
    rule(
      0,
      1,
      words(
        "fs root hide index browse precompressed status disable_canonical_uris pass_thru etag_file_extensions",
      ),
    ),
  ],
  ["forward_auth", rule(0, many, [...proxyLines, "uri", "copy_headers"])],
  ["fs", rule(1, 1)],
  ["handle", rule(0, 1, "directives")],
  ["handle_errors", rule(0, many, "directives", true)],
  ["handle_path", rule(1, 1, "directives", true)],
  ["header", rule(0, 3, "any")],
  ["import", rule(1, many, "any", true)],
  ["intercept", rule(0, 0, "any")],
  ["invoke", rule(1, 1)],
  ["log", rule(0, 1, words("output format level hostnames no_hostname include exclude sampling core"), true)],
  ["log_append", rule(2, 2)],
  ["log_name", rule(1, many)],
  ["log_skip", rule(0, 0)],
  ["map", rule(2, many, "any")],
  ["method", rule(1, 1)],
  ["metrics", rule(0, 0, ["disable_openmetrics"])],
  [
    "php_fastcgi",
    rule(1, many, [
      ...proxyLines,
      "root",
      "split",
      "index",
      "try_files",
      "env",
      "resolve_root_symlink",
      "capture_stderr",
      "dial_timeout",
      "read_timeout",
      "write_timeout",
    ]),
  ],
  ["push", rule(0, 1, "any")],
  ["redir", rule(1, 2)],
  ["request_body", rule(0, 0, words("max_size read_timeout write_timeout set"))],
  ["request_header", rule(1, 3)],
  ["respond", rule(0, 2, words("body close"))],
  ["reverse_proxy", rule(0, many, proxyLines)],
  ["rewrite", rule(1, 1)],
  ["root", rule(1, 1)],
  ["route", rule(0, 0, "directives")],
  ["skip_log", rule(0, 0)],
  ["templates", rule(0, 0, words("mime between root extensions"))],
  [
    "tls",
    rule(
      0,
      2,
      words(
        "protocols ciphers curves alpn load ca ca_root dns dns_ttl dns_challenge_override_domain propagation_delay propagation_timeout resolvers eab on_demand client_auth issuer get_certificate insecure_secrets_log key_type reuse_private_keys renewal_window_ratio force_automate",
      ),
      true,
    ),
  ],
  ["tracing", rule(0, 0, words("span span_attributes"), true)],
  ["try_files", rule(1, many, ["policy"])],
  ["uri", rule(2, many, "any")],
  ["vars", rule(0, many, "any")],
]);

export const globalOptions: ReadonlySet<string> = new Set(
  words(`
    debug http_port https_port default_bind order storage storage_clean_interval admin log grace_period shutdown_delay
    auto_https email default_sni fallback_sni local_certs skip_install_trust acme_ca acme_ca_root acme_eab acme_dns dns ech
    on_demand_tls key_type cert_issuer renew_interval ocsp_interval ocsp_stapling preferred_chains servers pki events filesystem
    persist_config metrics renewal_window_ratio cert_lifetime tls_resolvers import
  `),
);

export const matchers: ReadonlySet<string> = new Set(
  words(
    "path path_regexp host method header header_regexp query remote_ip client_ip protocol not expression file vars vars_regexp tls",
  ),
);

/** Of a value that has to be one of a few words: the line's first word, and which. */
export const choices: Readonly<Record<string, readonly string[]>> = {
  lb_policy: words(
    "random random_choose first ip_hash client_ip_hash least_conn round_robin weighted_round_robin uri_hash query header cookie",
  ),
  protocols: words("tls1.2 tls1.3"),
  key_type: words("ed25519 p256 p384 rsa2048 rsa4096"),
  "log output": words("stdout stderr discard file net"),
  "log format": words("console json filter append single_field transform formatted"),
  "log level": words("DEBUG INFO WARN ERROR PANIC FATAL debug info warn error panic fatal"),
  encode: words("gzip zstd br"),
  transport: words("http fastcgi"),
  auto_https: words("off disable_redirects disable_certs ignore_loaded_certs prefer_wildcard"),
  dynamic: words("a srv multi"),
};

/** Lines of a proxy whose first value is a duration. */
export const durations: ReadonlySet<string> = new Set(
  words(
    "lb_try_duration lb_try_interval health_interval health_timeout fail_duration unhealthy_latency stream_timeout stream_close_delay grace_period shutdown_delay",
  ),
);
