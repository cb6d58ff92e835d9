/**
 * Keywords of proxies with the sections that take them, as the manual's matrix has it: D(efaults), F(rontend),
 * L(isten), B(ackend); `!` = in `defaults` only when it has a name. HAProxy 2.6 to 3.2.
 */
const matrix = `
  acl D!FLB
  backlog DFL
  balance DLB
  bind FL
  capture FL
  clitcpka-cnt DFL
  clitcpka-idle DFL
  clitcpka-intvl DFL
  compression DFLB
  cookie DLB
  declare FL
  default-server DLB
  default_backend DFL
  description FLB
  disabled DFLB
  dispatch LB
  dynamic-cookie-key DLB
  email-alert DFLB
  enabled DFLB
  error-log-format DFL
  errorfile DFLB
  errorfiles DFLB
  errorloc DFLB
  errorloc302 DFLB
  errorloc303 DFLB
  external-check DLB
  filter FLB
  force-be-switch FL
  force-persist LB
  fullconn DLB
  guid FLB
  hash-balance-factor DLB
  hash-preserve-affinity DLB
  hash-type DLB
  http-after-response D!FLB
  http-check DLB
  http-error DFLB
  http-request D!FLB
  http-response D!FLB
  http-reuse DLB
  http-send-name-header DLB
  id FLB
  ignore-persist LB
  load-server-state-from-file DLB
  log DFLB
  log-format DFL
  log-format-sd DFL
  log-steps DFL
  log-tag DFLB
  max-keep-alive-queue DLB
  max-session-srv-conns DLB
  maxconn DFL
  mode DFLB
  monitor FL
  monitor-uri DFL
  option DFLB
  persist DLB
  quic-initial D!FL
  rate-limit DFL
  redirect FLB
  retries DLB
  retry-on DLB
  server LB
  server-state-file-name DLB
  server-template LB
  source DLB
  srvtcpka-cnt DLB
  srvtcpka-idle DLB
  srvtcpka-intvl DLB
  stats DFLB
  stick LB
  stick-table FLB
  tcp-check DLB
  tcp-request D!FLB
  tcp-response D!LB
  timeout DFLB
  transparent DLB
  unique-id-format DFL
  unique-id-header DFL
  use-fcgi-app LB
  use-server LB
  use_backend FL
`;

/** Keyword → its letters of the matrix. */
export const proxyKeywords: ReadonlyMap<string, string> = new Map(
  matrix
    .trim()
    .split("\n")
    .map((row) => row.trim().split(" ") as [string, string]),
);

/** Keywords that older releases had: HAProxy refuses them and names what replaced them. */
export const removedKeywords: ReadonlyMap<string, string> = new Map([
  ["block", "http-request deny"],
  ["bind-process", "the `thread` parameter of `bind`"],
  ["clitimeout", "timeout client"],
  ["contimeout", "timeout connect"],
  ["srvtimeout", "timeout server"],
  ["redispatch", "option redispatch"],
  ["reqadd", "http-request add-header"],
  ["reqallow", "http-request allow"],
  ["reqdel", "http-request del-header"],
  ["reqdeny", "http-request deny"],
  ["reqirep", "http-request replace-header"],
  ["reqrep", "http-request replace-header"],
  ["reqsetbe", "use_backend"],
  ["reqtarpit", "http-request tarpit"],
  ["rspadd", "http-response add-header"],
  ["rspdel", "http-response del-header"],
  ["rspdeny", "http-response deny"],
  ["rspirep", "http-response replace-header"],
  ["rsprep", "http-response replace-header"],
]);
