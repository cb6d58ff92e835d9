/**
 * Directives of nginx 1.22 as the program's own command tables have them: contexts, how many arguments, what the first
 * one is, and the names. Contexts: m main, e events, h http, s server, l location, u upstream, i if in a server,
 * f if in a location, x limit_except; of stream S, its server T and upstream U; of mail M and its server N.
 * Arguments: each digit a count, + one or more, ++ two or more, * any, { a block.
 */
export const directiveTable = `
MN + -: imap_capabilities pop3_capabilities smtp_capabilities
MN + mask:plain|apop|cram-md5|external: pop3_auth
MN + mask:plain|login|cram-md5|external: imap_auth
MN + mask:plain|login|cram-md5|external|none: smtp_auth
MN 1 -: auth_http starttls
MN 1 flag: auth_http_pass_client_cert proxy proxy_pass_error_message proxy_smtp_auth xclient
MN 1 msec: auth_http_timeout smtp_greeting_delay timeout
MN 1 num: max_errors
MN 1 size: imap_client_buffer proxy_buffer smtp_client_buffer
MN 1 text: server_name
MN 2 -: auth_http_header
N 1 -: protocol
ST + -: ssl_alpn
ST 1 -: proxy_download_rate proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_name proxy_upload_rate
ST 1 flag: proxy_half_close proxy_next_upstream proxy_ssl ssl_preread
ST 1 msec: preread_timeout proxy_protocol_timeout ssl_handshake_timeout
ST 1 num: proxy_requests proxy_responses
ST 1 size: preread_buffer_size proxy_downstream_buffer proxy_upstream_buffer
ST 12 -: proxy_bind
STMN 1 flag: proxy_protocol
STMN 1 msec: proxy_timeout
T 1 -: return
e 1 -: debug_connection use worker_connections
e 1 flag: accept_mutex multi_accept
e 1 msec: accept_mutex_delay
e 1 num: epoll_events worker_aio_requests
h ++ -: fastcgi_cache_path proxy_cache_path scgi_cache_path uwsgi_cache_path
h 1 -: geoip_proxy perl_modules perl_require
h 1 flag: geoip_proxy_recursive
h 1 num: server_names_hash_bucket_size server_names_hash_max_size
h 1 size: http2_recv_buffer_size
h 2 -: perl_set
h 2{ -: charset_map
h 3 -: limit_req_zone
hS ++ -: log_format
hS 1 num: map_hash_bucket_size map_hash_max_size variables_hash_bucket_size variables_hash_max_size
hS 12 -: geoip_city geoip_country geoip_org
hS 12{ -: geo
hS 1{ -: upstream
hS 2 -: limit_conn_zone
hS 2{ -: map split_clients
hSM 0{ -: server
hs 1 -: http2_idle_timeout http2_max_field_size http2_max_header_size http2_max_requests http2_recv_timeout ssl_ocsp_cache
hs 1 enum:off|on|leaf: ssl_ocsp
hs 1 flag: ignore_invalid_headers merge_slashes ssl_early_data ssl_reject_handshake ssl_stapling ssl_stapling_verify underscores_in_headers
hs 1 msec: client_header_timeout
hs 1 num: http2_max_concurrent_pushes http2_max_concurrent_streams http2_streams_index_size max_headers
hs 1 size: client_header_buffer_size connection_pool_size http2_body_preread_size http2_pool_size request_pool_size ssl_buffer_size
hs 1 text: ssl_ocsp_responder ssl_stapling_file ssl_stapling_responder
hs 2 bufs: large_client_header_buffers
hsMN 1 -: ssl
hsSTMN + mask:SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3: ssl_protocols
hsSTMN 1 -: ssl_certificate ssl_certificate_key ssl_password_file ssl_session_ticket_key
hsSTMN 1 enum:off|on|optional|optional_no_ca: ssl_verify_client
hsSTMN 1 flag: ssl_prefer_server_ciphers ssl_session_tickets
hsSTMN 1 num: ssl_verify_depth
hsSTMN 1 sec: ssl_session_timeout
hsSTMN 1 text: ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve ssl_trusted_certificate
hsSTMN 12 -: ssl_session_cache
hsSTMN 2 -: ssl_conf_command
hsl + -: addition_types ancient_browser charset_types fastcgi_cache_bypass fastcgi_cache_valid fastcgi_no_cache gzip_disable gzip_types index proxy_cache_bypass proxy_cache_valid proxy_no_cache scgi_cache_bypass scgi_cache_valid scgi_no_cache ssi_types sub_filter_types uwsgi_cache_bypass uwsgi_cache_valid uwsgi_no_cache xslt_types
hsl + mask:GET|HEAD|POST: fastcgi_cache_methods proxy_cache_methods scgi_cache_methods uwsgi_cache_methods
hsl + mask:SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3: grpc_ssl_protocols uwsgi_ssl_protocols
hsl + mask:X-Accel-Redirect|X-Accel-Expires|X-Accel-Limit-Rate|X-Accel-Buffering|X-Accel-Charset|Expires|Cache-Control|Set-Cookie|Vary: fastcgi_ignore_headers grpc_ignore_headers proxy_ignore_headers scgi_ignore_headers uwsgi_ignore_headers
hsl + mask:error|timeout|invalid_header|non_idempotent|http_500|http_502|http_503|http_504|http_403|http_404|http_429|off: grpc_next_upstream
hsl + mask:error|timeout|invalid_header|non_idempotent|http_500|http_502|http_503|http_504|http_403|http_404|http_429|updating|off: proxy_cache_use_stale proxy_next_upstream
hsl + mask:error|timeout|invalid_header|non_idempotent|http_500|http_503|http_403|http_404|http_429|updating|off: fastcgi_cache_use_stale fastcgi_next_upstream scgi_cache_use_stale scgi_next_upstream uwsgi_cache_use_stale uwsgi_next_upstream
hsl + mask:error|timeout|invalid_response|not_found|off: memcached_next_upstream
hsl + mask:off|expired|no-cache|no-store|private|no_last_modified|no_etag|auth|any: gzip_proxied
hsl + mask:off|put|delete|mkcol|copy|move: dav_methods
hsl 0{ -: types
hsl 1 -: aio ancient_browser_value auth_request directio fastcgi_cache fastcgi_cache_key fastcgi_catch_stderr fastcgi_hide_header fastcgi_pass_header fastcgi_split_path_info fastcgi_store grpc_hide_header grpc_pass_header grpc_ssl_certificate grpc_ssl_certificate_key grpc_ssl_name grpc_ssl_password_file http2_push image_filter_jpeg_quality image_filter_sharpen image_filter_webp_quality mirror modern_browser_value proxy_cache proxy_cache_key proxy_hide_header proxy_method proxy_pass_header proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_name proxy_store real_ip_header scgi_cache scgi_cache_key scgi_hide_header scgi_pass_header scgi_store secure_link secure_link_md5 userid_expires userid_mark uwsgi_cache uwsgi_cache_key uwsgi_hide_header uwsgi_pass_header uwsgi_ssl_certificate uwsgi_ssl_certificate_key uwsgi_ssl_name uwsgi_ssl_password_file uwsgi_store xml_entities
hsl 1 enum:1.0|1.1: gzip_http_version proxy_http_version
hsl 1 enum:all|any: satisfy
hsl 1 enum:html|json|jsonp|xml: autoindex_format
hsl 1 enum:info|notice|warn|error: limit_req_log_level
hsl 1 enum:off|exact|before: if_modified_since
hsl 1 enum:off|log|v1|on: userid
hsl 1 enum:off|on|always: gzip_static lingering_close
hsl 1 enum:off|on|build: server_tokens
hsl 1 enum:off|on|clean: client_body_in_file_only
hsl 1 flag: absolute_redirect aio_write autoindex autoindex_exact_size autoindex_localtime chunked_transfer_encoding client_body_in_single_buffer create_full_put_path etag fastcgi_buffering fastcgi_cache_background_update fastcgi_cache_lock fastcgi_cache_revalidate fastcgi_force_ranges fastcgi_ignore_client_abort fastcgi_intercept_errors fastcgi_keep_conn fastcgi_pass_request_body fastcgi_pass_request_headers fastcgi_request_buffering fastcgi_socket_keepalive grpc_intercept_errors grpc_socket_keepalive grpc_ssl_server_name grpc_ssl_session_reuse grpc_ssl_verify gunzip gzip_no_buffer gzip_vary http2_push_preload image_filter_interlace image_filter_transparency limit_req_dry_run log_not_found log_subrequest memcached_socket_keepalive mirror_request_body mp4_start_key_frame msie_padding msie_refresh open_file_cache_errors open_file_cache_events port_in_redirect proxy_buffering proxy_cache_background_update proxy_cache_convert_head proxy_cache_lock proxy_cache_revalidate proxy_force_ranges proxy_ignore_client_abort proxy_intercept_errors proxy_pass_request_body proxy_pass_request_headers proxy_request_buffering real_ip_recursive recursive_error_pages reset_timedout_connection scgi_buffering scgi_cache_background_update scgi_cache_lock scgi_cache_revalidate scgi_force_ranges scgi_ignore_client_abort scgi_intercept_errors scgi_pass_request_body scgi_pass_request_headers scgi_request_buffering scgi_socket_keepalive server_name_in_redirect ssi_ignore_recycled_buffers ssi_last_modified ssi_silent_errors sub_filter_last_modified sub_filter_once tcp_nopush uwsgi_buffering uwsgi_cache_background_update uwsgi_cache_lock uwsgi_cache_revalidate uwsgi_force_ranges uwsgi_ignore_client_abort uwsgi_intercept_errors uwsgi_pass_request_body uwsgi_pass_request_headers uwsgi_request_buffering uwsgi_socket_keepalive uwsgi_ssl_server_name uwsgi_ssl_session_reuse uwsgi_ssl_verify xslt_last_modified
hsl 1 msec: auth_delay client_body_timeout fastcgi_cache_lock_age fastcgi_cache_lock_timeout fastcgi_connect_timeout fastcgi_next_upstream_timeout fastcgi_read_timeout fastcgi_send_timeout grpc_connect_timeout grpc_next_upstream_timeout grpc_read_timeout grpc_send_timeout lingering_time lingering_timeout memcached_connect_timeout memcached_next_upstream_timeout memcached_read_timeout memcached_send_timeout proxy_cache_lock_age proxy_cache_lock_timeout proxy_read_timeout proxy_send_timeout scgi_cache_lock_age scgi_cache_lock_timeout scgi_connect_timeout scgi_next_upstream_timeout scgi_read_timeout scgi_send_timeout send_timeout uwsgi_cache_lock_age uwsgi_cache_lock_timeout uwsgi_connect_timeout uwsgi_next_upstream_timeout uwsgi_read_timeout uwsgi_send_timeout
hsl 1 num: fastcgi_cache_min_uses fastcgi_next_upstream_tries grpc_next_upstream_tries grpc_ssl_verify_depth gzip_comp_level limit_conn_status limit_req_status max_ranges memcached_gzip_flag memcached_next_upstream_tries min_delete_depth open_file_cache_min_uses proxy_cache_min_uses proxy_headers_hash_bucket_size proxy_headers_hash_max_size scgi_cache_min_uses scgi_next_upstream_tries types_hash_bucket_size types_hash_max_size userid_service uwsgi_cache_min_uses uwsgi_modifier1 uwsgi_modifier2 uwsgi_next_upstream_tries uwsgi_ssl_verify_depth
hsl 1 off: client_max_body_size directio_alignment fastcgi_cache_max_range_offset proxy_cache_max_range_offset scgi_cache_max_range_offset uwsgi_cache_max_range_offset
hsl 1 sec: open_file_cache_valid
hsl 1 size: client_body_buffer_size fastcgi_buffer_size fastcgi_busy_buffers_size fastcgi_limit_rate fastcgi_max_temp_file_size fastcgi_send_lowat fastcgi_temp_file_write_size grpc_buffer_size gzip_hash gzip_min_length gzip_window http2_chunk_size image_filter_buffer memcached_buffer_size mp4_buffer_size mp4_max_buffer_size postpone_gzipping postpone_output proxy_busy_buffers_size proxy_limit_rate proxy_max_temp_file_size proxy_send_lowat proxy_temp_file_write_size read_ahead scgi_buffer_size scgi_busy_buffers_size scgi_limit_rate scgi_max_temp_file_size scgi_temp_file_write_size send_lowat sendfile_max_chunk slice ssi_min_file_chunk ssi_value_length subrequest_output_buffer_size uwsgi_buffer_size uwsgi_busy_buffers_size uwsgi_limit_rate uwsgi_max_temp_file_size uwsgi_temp_file_write_size
hsl 1 text: add_after_body add_before_body default_type fastcgi_index grpc_ssl_ciphers grpc_ssl_crl grpc_ssl_trusted_certificate proxy_set_body secure_link_secret userid_domain userid_name userid_p3p userid_path uwsgi_ssl_ciphers uwsgi_ssl_crl uwsgi_ssl_trusted_certificate uwsgi_string
hsl 12 -: disable_symlinks fastcgi_bind grpc_bind keepalive_timeout memcached_bind modern_browser open_file_cache proxy_bind proxy_cookie_domain proxy_cookie_path proxy_redirect scgi_bind uwsgi_bind
hsl 12 mask:none|msie6|safari: keepalive_disable
hsl 123 -: dav_access fastcgi_store_access limit_req proxy_store_access scgi_store_access uwsgi_store_access
hsl 123 mask:off|secure|httponly|samesite=strict|samesite=lax|samesite=none: userid_flags
hsl 1234 -: client_body_temp_path fastcgi_temp_path proxy_cookie_flags proxy_temp_path scgi_temp_path uwsgi_temp_path
hsl 2 -: auth_request_set grpc_set_header grpc_ssl_conf_command proxy_set_header sub_filter uwsgi_ssl_conf_command xslt_param xslt_string_param
hsl 2 bufs: fastcgi_buffers gunzip_buffers gzip_buffers output_buffers proxy_buffers scgi_buffers uwsgi_buffers
hsl 23 -: fastcgi_param scgi_param uwsgi_param
hslST + mask:SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3: proxy_ssl_protocols
hslST 1 -: proxy_ssl_password_file
hslST 1 enum:info|notice|warn|error: limit_conn_log_level
hslST 1 flag: limit_conn_dry_run proxy_socket_keepalive proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify tcp_nodelay
hslST 1 msec: proxy_connect_timeout proxy_next_upstream_timeout
hslST 1 num: proxy_next_upstream_tries proxy_ssl_verify_depth
hslST 1 size: proxy_buffer_size
hslST 1 text: proxy_ssl_ciphers proxy_ssl_crl proxy_ssl_trusted_certificate
hslST 1234 -: open_log_file_cache
hslST 2 -: limit_conn proxy_ssl_conf_command
hslSTMN + -: resolver
hslSTMN 1 -: set_real_ip_from
hslSTMN 1 msec: resolver_timeout
hslf ++ -: error_page
hslf 1 -: charset limit_rate limit_rate_after root source_charset
hslf 1 flag: gzip override_charset sendfile ssi
hslf 1 text: post_action
hslf 12 -: expires
hslf 23 -: add_header add_trailer
hslfxST + -: access_log
hslif 1 flag: rewrite_log uninitialized_variable_warn
hslu 1 msec: keepalive_time
hslu 1 num: keepalive_requests
hslx 1 -: auth_basic auth_basic_user_file
hslxST 1 -: allow deny
l + -: xslt_stylesheet
l +{ -: limit_except
l 0 -: empty_gif flv internal mp4
l 1 -: alias
l 1 flag: random_index
l 123 -: image_filter
lf 1 -: fastcgi_pass grpc_pass memcached_pass scgi_pass uwsgi_pass
lfxT 1 -: proxy_pass
lx 1 -: perl
m + -: worker_cpu_affinity
m 0{ -: events http mail stream
m 1 -: env load_module ssl_engine worker_priority worker_processes
m 1 enum:stop|abort: debug_points
m 1 flag: daemon master_process pcre_jit
m 1 msec: timer_resolution worker_shutdown_timeout
m 1 num: worker_rlimit_nofile
m 1 off: worker_rlimit_core
m 1 text: lock_file pid working_directory
m 12 -: user
m 23 -: thread_pool
mhslSTMN + -: error_log
s + -: server_name
sTN + -: listen
sl + -: valid_referers
sl ++ -: try_files
sl +{ -: if
sl 01 -: stub_status
sl 1 num: referer_hash_bucket_size referer_hash_max_size
sl 12{ -: location
slif 0 -: break
slif 12 -: return
slif 23 -: rewrite
slifT 2 -: set
u 0 -: ip_hash
u 1 -: keepalive
u 1 msec: keepalive_timeout
uU + -: server
uU 0 -: least_conn
uU 012 -: random
uU 12 -: hash zone
`;

/** Directives that came later: the version, then as above. */
export const newerDirectives = `
1.25.1 hs 1 flag: http2
1.25.0 hs 1 flag: http3 http3_hq quic_gso quic_retry
1.25.0 hs 1 num: http3_max_concurrent_streams quic_active_connection_id_limit
1.25.0 hs 1 size: http3_stream_buffer_size
1.25.0 hs 1 -: quic_host_key
1.25.0 m 1 flag: quic_bpf
1.25.5 T 1 -: pass
1.25.5 T + -: server_name
1.25.5 ST 1 flag: ssl_reject_handshake
1.25.5 S 1 num: server_names_hash_bucket_size server_names_hash_max_size
1.27.2 hsl 1 flag: proxy_pass_trailers
1.27.3 uU + -: resolver
1.27.3 uU 1 msec: resolver_timeout
1.27.4 hs 1 msec: keepalive_min_timeout
1.27.4 m 1 flag: ssl_object_cache_inheritable
1.27.4 hsST + -: ssl_certificate_cache
1.27.4 hslST + -: proxy_ssl_certificate_cache
1.27.4 hsl + -: grpc_ssl_certificate_cache uwsgi_ssl_certificate_cache
1.29.0 hsl + -: early_hints
1.29.0 hsST 1 text: ssl_key_log
1.29.1 hsST 1 flag: ssl_certificate_compression
1.29.3 hsl 1 -: add_header_inherit add_trailer_inherit
`;
