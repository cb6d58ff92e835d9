/** Closed vocabularies of arguments. HAProxy 2.6 to 3.2. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const proxyModes = words("tcp http health log spop haterm");
export const balanceAlgorithms = words(
  "roundrobin static-rr leastconn first source uri url_param hdr random rdp-cookie hash log-hash log-sticky sticky",
);

export const proxyTimeouts = words(
  "check client client-fin client-hs connect http-keep-alive http-request queue server server-fin tarpit tunnel",
);

/** Times of other sections, by section and keyword. */
export const sectionTimeouts: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["resolvers", words("resolve retry")],
  ["mailers", words("mail")],
  ["ring", words("connect server")],
  ["log-forward", words("client")],
]);

/** Options of proxies → how many words may follow; -1 = any number. */
export const proxyOptions: ReadonlyMap<string, number> = new Map([
  ...[
    ...words(`
      abortonclose accept-invalid-http-request accept-invalid-http-response accept-unsafe-violations-in-http-request
      accept-unsafe-violations-in-http-response allbackups checkcache clitcpka contstats disable-h2-upgrade
      dontlog-normal dontlognull forceclose h1-case-adjust-bogus-client h1-case-adjust-bogus-server http-buffer-request
      http-drop-request-trailers http-drop-response-trailers http-ignore-probes http-keep-alive http-no-delay
      http-pretend-keepalive http-server-close http-tunnel http-use-htx http-use-proxy-header httpclose
      idle-close-on-response independent-streams ldap-check log-health-checks log-separate-errors logasap nolinger
      persist prefer-last-server socket-stats splice-auto splice-request splice-response spop-check
      srvtcpka ssl-hello-chk tcp-check tcp-smart-accept tcp-smart-connect tcpka transparent
    `),
  ].map((name) => [name, 0] as const),
  ["external-check", 0],
  ["forwarded", -1],
  ["forwardfor", -1],
  ["http-restrict-req-hdr-names", 1],
  ["httpchk", -1],
  ["httplog", 1],
  ["httpslog", 0],
  ["mysql-check", -1],
  ["originalto", -1],
  ["pgsql-check", -1],
  ["redis-check", 0],
  ["redispatch", 1],
  ["smtpchk", -1],
  ["tcplog", 1],
]);

/** Actions of rule sets. `name(…)` is looked up without its parentheses; what begins with `sc-` or `track-sc` is open. */
const common = `
  do-log ot-group sc-add-gpc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0 send-spoe-group set-bc-mark set-bc-tos set-fc-mark set-fc-tos set-log-level set-mark
  set-nice set-tos set-var set-var-fmt silent-drop unset-var
`;
const httpHeaders = "add-header capture del-header replace-header replace-value set-header strict-mode allow";
const httpMaps = "add-acl del-acl del-map set-map";

export const ruleActions: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "http-request",
    words(`${common} ${httpHeaders} ${httpMaps} add-headers-bin auth cache-use del-headers-bin deny disable-l7-retry do-resolve early-hint normalize-uri pause redirect
      reject replace-path replace-pathq replace-uri return set-dst set-dst-port set-headers-bin set-method set-path set-pathq
      set-priority-class set-priority-offset set-query set-retries set-src set-src-port set-timeout set-uri tarpit track-sc0
      track-sc1 track-sc2 track-sc use-service wait-for-body wait-for-handshake`),
  ],
  [
    "http-response",
    words(`${common} ${httpHeaders} ${httpMaps} cache-store deny pause redirect return set-status set-timeout track-sc0 track-sc1 track-sc2
      track-sc wait-for-body`),
  ],
  ["http-after-response", words(`${common} ${httpHeaders} ${httpMaps} set-status`)],
  [
    "tcp-request connection",
    words(`${common} accept reject expect-netscaler-cip expect-proxy set-dst set-dst-port set-src set-src-port track-sc0
      track-sc1 track-sc2 track-sc`),
  ],
  [
    "tcp-request session",
    words(
      `${common} accept attach-srv reject set-dst set-dst-port set-src set-src-port track-sc0 track-sc1 track-sc2 track-sc`,
    ),
  ],
  [
    "tcp-request content",
    words(`${common} accept capture close do-resolve reject set-dst set-dst-port set-priority-class set-priority-offset set-src
      set-src-port set-retries switch-mode track-sc0 track-sc1 track-sc2 track-sc use-service`),
  ],
  ["tcp-response content", words(`${common} accept close reject`)],
  ["quic-initial", words("accept dgram-drop reject send-retry set-var set-var-fmt unset-var")],
  [
    "http-check",
    words("comment connect disable-on-404 expect send send-state set-var set-var-fmt unset-var"),
  ],
  [
    "tcp-check",
    words("comment connect expect send send-binary send-binary-lf send-lf set-var set-var-fmt unset-var"),
  ],
]);

export const predefinedAcls = words(`
  FALSE TRUE LOCALHOST HTTP HTTP_1.0 HTTP_1.1 HTTP_2.0 HTTP_3.0 HTTP_CONTENT HTTP_URL_ABS HTTP_URL_SLASH HTTP_URL_STAR
  METH_CONNECT METH_DELETE METH_GET METH_HEAD METH_OPTIONS METH_PATCH METH_POST METH_PUT METH_TRACE RDP_COOKIE
  REQ_CONTENT WAIT_END
`);

export const logFacilities = words(`
  kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 local0 local1 local2 local3
  local4 local5 local6 local7
`);
export const logLevels = words("emerg alert crit err warning notice info debug");

export const redirectTypes = words("location prefix scheme");
