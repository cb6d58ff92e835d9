import type { CatalogueTemplate } from "../templates.ts";
import { collectorGateway, collectorHost, collectorLogs } from "./collector.ts";
import { containerService, environmentFile, prometheusScrape } from "./others.ts";
import { caddySite, haproxyBalancer, nginxProxy, sentinelProxy } from "./proxies.ts";

/** What comes with the product, in the order that people see. */
export const catalogue: readonly CatalogueTemplate[] = [
  collectorGateway,
  collectorHost,
  collectorLogs,
  prometheusScrape,
  haproxyBalancer,
  nginxProxy,
  caddySite,
  sentinelProxy,
  containerService,
  environmentFile,
];
