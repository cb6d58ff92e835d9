/** Parameters of `bind` and `server` lines with how many words follow each. HAProxy 2.6 to 3.2. */

const table = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .trim()
      .split(/\s+/)
      .map((entry) => {
        const [name = "", count = "0"] = entry.split(":");
        return [name, Number(count)];
      }),
  );

export const bindParameters = table(`
  accept-netscaler-cip:1 accept-proxy allow-0rtt alpn:1 backlog:1 ca-file:1 ca-ignore-err:1 ca-sign-file:1
  ca-sign-pass:1 ca-verify-file:1 cc:1 ciphers:1 ciphersuites:1 client-sigalgs:1 crl-file:1 crt:1 crt-ignore-err:1 crt-list:1 curves:1
  default-crt:1 defer-accept ecdhe:1 ech:1 expose-fd:1 force-sslv3 force-strict-sni force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13
  generate-certificates gid:1 group:1 guid-prefix:1 id:1 idle-ping:1 interface:1 label:1 ktls:1 level:1 maxconn:1 mode:1 mss:1 name:1 namespace:1
  nbconn:1 nice:1 no-alpn no-ca-names no-sslv3 no-strict-sni no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 npn:1 ocsp-update:1
  prefer-client-ciphers process:1 proto:1 quic-cc-algo:1 quic-force-retry quic-socket:1 renegotiate no-renegotiate severity-output:1 shards:1 sigalgs:1 ssl ssl-max-ver:1
  ssl-min-ver:1 strict-sni tcp-md5sig:1 tcp-ss:1 tcp-ut:1 tfo thread:1 tls-tickets tls-ticket-keys:1 transparent uid:1 user:1 v4v6 v6only verify:1
`);

/** `source` takes a variable number of words and is read on its own. */
export const serverParameters = table(`
  addr:1 agent-addr:1 agent-check agent-inter:1 agent-port:1 agent-send:1 allow-0rtt alpn:1 backup ca-file:1 cc:1 check
  check-alpn:1 check-pool-conn-name:1 check-proto:1 check-reuse-pool check-send-proxy check-sni:1 check-sni-auto check-ssl check-via-socks4 ciphers:1 ciphersuites:1 client-sigalgs:1
  cookie:1 crl-file:1 crt:1 curves:1 disabled downinter:1 enabled error-limit:1 fall:1 fastinter:1 force-sslv3 force-tlsv10 force-tlsv11
  force-tlsv12 force-tlsv13 guid:1 hash-key:1 healthcheck:1 id:1 idle-ping:1 init-addr:1 init-state:1 inter:1 ktls:1 log-bufsize:1 log-proto:1 max-reuse:1
  maxconn:1 maxqueue:1 minconn:1 mptcp namespace:1 no-agent-check no-backup no-check no-check-reuse-pool no-check-send-proxy no-check-sni-auto no-check-ssl
  no-renegotiate no-send-proxy no-send-proxy-v2 no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn no-sni-auto no-ssl no-ssl-reuse no-sslv3
  no-strict-maxconn no-tfo no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 no-verifyhost non-stick npn:1 observe:1 on-error:1 on-marked-down:1
  on-marked-up:1 pool-conn-name:1 pool-low-conn:1 pool-max-conn:1 pool-purge-delay:1 port:1 proto:1 proxy-v2-options:1 quic-cc-algo:1 redir:1
  renegotiate resolve-net:1 resolve-opts:1 resolve-prefer:1 resolvers:1 rise:1 send-proxy send-proxy-v2 send-proxy-v2-ssl
  send-proxy-v2-ssl-cn set-proxy-v2-tlv-fmt:1 shard:1 sigalgs:1 slowstart:1 sni:1 sni-auto socks4:1 ssl ssl-max-ver:1 ssl-min-ver:1 ssl-reuse stick
  strict-maxconn tcp-md5sig:1 tcp-ut:1 tfo tls-tickets track:1 verify:1 verifyhost:1 weight:1 ws:1
`);

/** Words after them are a time. */
export const timeParameters: ReadonlySet<string> = new Set(
  "agent-inter downinter fastinter inter slowstart pool-purge-delay tcp-ut idle-ping".split(" "),
);

/** Words after them are a whole number, with its limits. */
export const numberParameters: ReadonlyMap<string, { min: number; max: number }> = new Map([
  ["agent-port", { min: 1, max: 65_535 }],
  ["backlog", { min: 0, max: 2_147_483_647 }],
  ["error-limit", { min: 1, max: 2_147_483_647 }],
  ["fall", { min: 1, max: 2_147_483_647 }],
  ["maxconn", { min: 0, max: 2_147_483_647 }],
  ["maxqueue", { min: 0, max: 2_147_483_647 }],
  ["minconn", { min: 0, max: 2_147_483_647 }],
  ["port", { min: 1, max: 65_535 }],
  ["rise", { min: 1, max: 2_147_483_647 }],
  ["weight", { min: 0, max: 256 }],
]);
