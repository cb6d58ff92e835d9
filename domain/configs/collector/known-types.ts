import type { ComponentRole } from "../facts.ts";
import { collectorComponents } from "./components.ts";

/** Names of components in the collector's core and contrib distributions; they come and go, so a name that is not here is only doubted. */
const names: Record<ComponentRole, string> = {
  receiver: `
    nop active_directory_ds aerospike apache apachespark awscloudwatch awscontainerinsightreceiver awsecscontainermetrics
    awsfirehose awslambda awss3 awsxray azureblob azureeventhub azuremonitor bigip carbon chrony ciscoos cloudflare
    cloudfoundry collectd couchdb datadog docker_stats elasticsearch envoyals expvar faro file filestats flinkmetrics
    fluentforward github gitlab googlecloudmonitoring googlecloudpubsub googlecloudspanner haproxy httpcheck iis influxdb
    jaeger jmx journald k8s_cluster k8s_events k8slog k8sobjects kafkametrics kubeletstats libhoney loki memcached mongodb
    mongodbatlas mysql namedpipe netflow netscaler nginx nsxt ntp opencensus oracledb osquery otelarrow otlpjsonfile podman_stats
    postgresql pprof prometheus_simple prometheusremotewrite pulsar purefa purefb rabbitmq receiver_creator redfish redis
    riak saphana signalfx simpleprometheus skywalking snmp snowflake solace splunk_hec splunkenterprise sqlquery sqlserver
    sshcheck statsd stef systemd tcpcheck tcplog tlscheck udplog vcenter vcr wavefront webhookevent windowseventlog
    windowsperfcounters windowsservice yanggrpc zipkin zookeeper k8s_leader_elector bitbucket icmpcheck gcs`,
  processor: `
    nop coralogix cumulativetodelta datadogsemantics deltatocumulative deltatorate dns_lookup experimental_metricsgeneration
    geoip groupbyattrs groupbytrace interval isolationforest k8sattributes k8s_attributes log_dedup logdedup logs_transform
    logstransform lookup metricsgeneration metricstarttime metricstransform redaction remotetap resourcedetection schema
    span spanpruning sumologic unroll`,
  exporter: `
    nop alertmanager alibabacloud_logservice awscloudwatchlogs awsemf awskinesis awss3 awsxray azureblob azuredataexplorer
    azuremonitor bmchelix carbon cassandra clickhouse coralogix datadog dataset doris elasticsearch faro
    googlecloud googlecloudpubsub googlecloudstorage googlemanagedprometheus honeycombmarker influxdb loadbalancing
    logicmonitor logzio mezmo opensearch otelarrow pulsar rabbitmq sapm sematext sentry signalfx splunk_hec stef
    sumologic syslog tencentcloud_logservice tinybird topdown zipkin`,
  connector: `
    count exceptions failover forward grafanacloud metricsaslogs otlpjson roundrobin servicegraph
    signaltometrics slowsql sum datadog`,
  extension: `
    ack asapauth avro_log_encoding awscloudwatchmetricstreams_encoding awslogs_encoding aws_logs_encoding awsproxy
    azure_auth azure_encoding azureauth basicauth basic_auth bearertokenauth bearer_token_auth cfgarden_observer cgroupruntime datadog db_storage
    docker_observer ecs_observer ecs_task_observer googleclientauth google_client_auth googlecloudlogentry_encoding headers_setter
    healthcheckv2 host_observer httpforwarder http_forwarder jaeger_encoding jaegerremotesampling json_log_encoding k8s_leader_elector
    k8s_observer kafkatopics_observer memory_limiter oauth2client oidc opamp otlp_encoding pprof
    redis_storage remotetap sigv4auth skywalking_encoding solarwindsapmsettings sumologic text_encoding zipkin_encoding zpages`,
};

/** With those whose settings are known. */
export const knownTypes: Record<ComponentRole, ReadonlySet<string>> = {
  receiver: withDescribed("receiver"),
  processor: withDescribed("processor"),
  exporter: withDescribed("exporter"),
  connector: withDescribed("connector"),
  extension: withDescribed("extension"),
};

function withDescribed(role: ComponentRole): ReadonlySet<string> {
  const described = collectorComponents
    .filter((one) => one.role === role)
    .flatMap(({ type, aliases = [] }) => [type, ...aliases]);
  return new Set([...described, ...names[role].split(/\s+/).filter((name) => name !== "")]);
}

/** `role type` → what took its place. */
export const removedTypes: ReadonlyMap<string, string> = new Map([
  ["exporter logging", "debug"],
  ["exporter jaeger", "otlp: Jaeger takes OTLP"],
  ["exporter", "otlp: Jaeger takes OTLP"],
  ["exporter loki", "otlphttp: Loki takes OTLP"],
  ["exporter opencensus", "otlp"],
  ["exporter skywalking", "otlp"],
  ["processor spanmetrics", "the connector spanmetrics"],
  ["processor routing", "the connector routing"],
  ["processor servicegraph", "the connector servicegraph"],
  ["processor memory_ballast", "the environment variable GOMEMLIMIT"],
  ["extension memory_ballast", "the environment variable GOMEMLIMIT"],
  ["processor k8s_tagger", "k8sattributes"],
  ["receiver prometheus_exec", "prometheus"],
]);
