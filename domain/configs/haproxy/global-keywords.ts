/** Keywords of `global`, HAProxy 2.6 to 3.2. */
export const globalKeywords: ReadonlySet<string> = new Set(
  `
  51degrees-cache-size 51degrees-data-file 51degrees-property-name-list 51degrees-property-separator
  anonkey busy-polling ca-base chroot close-spread-time cluster-secret cpu-affinity cpu-map cpu-policy cpu-set
  crt-base daemon debug default-path description deviceatlas-json-file deviceatlas-log-level
  deviceatlas-properties-cookie deviceatlas-separator dns-accept-family expose-deprecated-directives
  expose-experimental-directives external-check fd-hard-limit force-cfg-parser-pause gid grace group h1-accept-payload-with-any-method
  h1-case-adjust h1-case-adjust-file h1-do-not-close-on-insecure-transfer-encoding
  h2-workaround-bogus-websocket-clients hard-stop-after harden.reject-privileged-ports.quic
  harden.reject-privileged-ports.tcp http-err-codes http-fail-codes httpclient.resolvers.disabled
  httpclient.resolvers.id httpclient.resolvers.prefer httpclient.retries httpclient.ssl.ca-file
  httpclient.ssl.verify httpclient.timeout.connect insecure-fork-wanted insecure-setuid-wanted
  issuers-chain-path key-base limited-quic localpeer log log-send-hostname log-tag lua-load lua-load-per-thread
  lua-prepend-path master-worker max-spread-checks maxcompcpuusage maxcomprate maxconn maxconnrate maxpipes
  maxsessrate maxsslconn maxsslrate maxzlibmem mworker-max-reloads nbproc nbthread no-memory-trimming no-quic
  node noepoll noevports nogetaddrinfo nokqueue nopoll noreuseport nosplice numa-cpu-mapping
  ocsp-update.disable ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay ocsp-update.mode
  pidfile pp2-never-send-local prealloc-fd presetenv profiling.memory profiling.tasks quick-exit quiet resetenv
  server-state-base server-state-file set-dumpable set-var set-var-fmt setcap setenv shm-stats-file
  shm-stats-file-max-objects spread-checks ssl-default-bind-ciphers ssl-default-bind-ciphersuites
  ssl-default-bind-client-sigalgs ssl-default-bind-curves ssl-default-bind-options ssl-default-bind-sigalgs
  ssl-default-server-ciphers ssl-default-server-ciphersuites ssl-default-server-client-sigalgs
  ssl-default-server-curves ssl-default-server-options ssl-default-server-sigalgs ssl-dh-param-file ssl-engine
  ssl-load-extra-del-ext ssl-load-extra-files ssl-mode-async ssl-passphrase-cmd ssl-propquery ssl-provider
  ssl-provider-path ssl-security-level ssl-server-verify ssl-skip-self-issued-ca stats stress-level
  strict-limits thread-group thread-groups thread-hard-limit trace uid ulimit-n unix-bind unsetenv user
  warn-blocked-traffic-after wurfl-cache-size wurfl-data-file wurfl-engine-mode wurfl-information-list
  wurfl-information-list-separator wurfl-patch-file wurfl-useragent-priority zero-warning
  tune.applet.zero-copy-forwarding tune.buffers.limit tune.buffers.reserve tune.bufsize tune.bufsize.small
  tune.chksize tune.comp.maxlevel tune.disable-fast-forward tune.disable-zero-copy-forwarding tune.epoll.mask-events
  tune.events.max-events-at-once tune.fail-alloc tune.fd.edge-triggered tune.glitches.kill.cpu-usage
  tune.h1.be.glitches-threshold tune.h1.fe.glitches-threshold tune.h1.zero-copy-fwd-recv
  tune.h1.zero-copy-fwd-send tune.h2.be.glitches-threshold tune.h2.be.initial-window-size
  tune.h2.be.max-concurrent-streams tune.h2.be.rxbuf tune.h2.fe.glitches-threshold
  tune.h2.fe.initial-window-size tune.h2.fe.max-concurrent-streams tune.h2.fe.max-total-streams tune.h2.fe.rxbuf
  tune.h2.header-table-size tune.h2.initial-window-size tune.h2.log-errors tune.h2.max-concurrent-streams
  tune.h2.max-frame-size tune.h2.zero-copy-fwd-send tune.http.cookielen tune.http.logurilen tune.http.maxhdr
  tune.idle-pool.shared tune.idletimer tune.listener.default-shards tune.listener.multi-queue
  tune.lua.bool-sample-conversion tune.lua.burst-timeout tune.lua.forced-yield tune.lua.log.loggers
  tune.lua.log.stderr tune.lua.maxmem tune.lua.service-timeout tune.lua.session-timeout tune.lua.task-timeout
  tune.max-checks-per-thread tune.max-rules-at-once tune.maxaccept tune.maxpollevents tune.maxrewrite
  tune.memory.hot-size tune.notsent-lowat.client tune.notsent-lowat.server tune.pattern.cache-size
  tune.peers.max-updates-at-once tune.pipesize tune.pool-high-fd-ratio tune.pool-low-fd-ratio tune.pt.zero-copy-forwarding
  tune.quic.cc-hystart tune.quic.cc.cubic.min-losses tune.quic.disable-tx-pacing tune.quic.disable-udp-gso
  tune.quic.frontend.conn-tx-buffers.limit tune.quic.frontend.default-max-window-size
  tune.quic.frontend.glitches-threshold tune.quic.frontend.max-data-size tune.quic.frontend.max-idle-timeout
  tune.quic.frontend.max-streams-bidi tune.quic.frontend.max-tx-mem tune.quic.frontend.stream-data-ratio
  tune.quic.max-frame-loss tune.quic.reorder-ratio tune.quic.retry-threshold tune.quic.socket-owner
  tune.quic.zero-copy-fwd-send tune.rcvbuf.backend tune.rcvbuf.client tune.rcvbuf.frontend tune.rcvbuf.server
  tune.recv_enough tune.renice.runtime tune.renice.startup tune.ring.queues tune.runqueue-depth
  tune.sched.low-latency tune.sndbuf.backend tune.sndbuf.client tune.sndbuf.frontend tune.sndbuf.server
  tune.ssl.cachesize tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size tune.ssl.certificate-compression
  tune.ssl.default-dh-param tune.ssl.force-private-cache tune.ssl.hard-maxrecord tune.ssl.keylog tune.ssl.lifetime
  tune.ssl.maxrecord tune.ssl.ocsp-update.maxdelay tune.ssl.ocsp-update.mindelay tune.ssl.ssl-ctx-cache-size
  tune.stick-counters tune.takeover-other-tg-connections tune.vars.check-max-size tune.vars.global-max-size tune.vars.proc-max-size
  tune.vars.reqres-max-size tune.vars.sess-max-size tune.vars.txn-max-size tune.zlib.memlevel tune.zlib.windowsize
  `
    .trim()
    .split(/\s+/),
);
