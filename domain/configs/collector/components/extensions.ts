import { httpServer } from "../common-settings.ts";
import { type ComponentType, contribDocs } from "../component.ts";
import { advanced, duration, flag, group, integer, text } from "../schema.ts";

const healthCheck: ComponentType = {
  role: "extension",
  type: "health_check",
  title: "Health check",
  summary: "Answers over HTTP whether the collector runs.",
  documentation: contribDocs("extension/healthcheckextension"),
  signals: [],
  connects: [],
  schema: group("Health check", "Serves the state.", {
    ...httpServer,
    endpoint: text("Listens on", "HOST:PORT.", { format: "host-port", default: "localhost:13133" }),
    path: text("Path", "Of the URL.", { default: "/" }),
    response_body: advanced(
      group("Body", "Instead of the usual one.", {
        healthy: text("Healthy", "Text."),
        unhealthy: text("Unhealthy", "Text."),
      }),
    ),
    check_collector_pipeline: advanced(
      group("Pipelines", "Does not work as it says: leave it off.", {
        enabled: flag("Enabled", "Look at them.", false),
        interval: duration("Interval", "Of failures.", "5m"),
        exporter_failure_threshold: integer("Failures", "At most.", { default: 5, minimum: 0 }),
      }),
    ),
  }),
  example: "endpoint: 127.0.0.1:13133\n",
};

const fileStorage: ComponentType = {
  role: "extension",
  type: "file_storage",
  title: "File storage",
  summary: "Keeps what other components must remember over a restart: queues, and how far files were read.",
  documentation: contribDocs("extension/storage/filestorage"),
  signals: [],
  connects: [],
  schema: group("File storage", "Keeps state.", {
    directory: text("Folder", "Path; it must exist.", { default: "/var/lib/otelcol/file_storage" }),
    timeout: advanced(duration("Timeout", "Of the file's lock.", "1s")),
    fsync: advanced(flag("fsync", "After each write.", false)),
    create_directory: flag("Create the folder", "That is missing.", false),
    directory_permissions: advanced(text("Permissions", "Of that folder, octal.", { default: "0750" })),
    recreate: advanced(flag("Recreate", "A file that is broken.", false)),
    compaction: advanced(
      group("Compaction", "Of the files.", {
        directory: text("Folder", "For the work."),
        on_start: flag("At the start", "Do it.", false),
        on_rebound: flag("While it runs", "Do it.", false),
        rebound_needed_threshold_mib: integer("Needed above", "MiB.", { default: 100, minimum: 0 }),
        rebound_trigger_threshold_mib: integer("Begins below", "MiB.", { default: 10, minimum: 0 }),
        max_transaction_size: integer("Transaction", "Entries at most.", { default: 65_536, minimum: 0 }),
        check_interval: duration("Check every", "Interval.", "5s"),
        cleanup_on_start: flag("Clean up at the start", "Temporary files.", false),
        max_size: integer("Size", "Bytes at most.", { minimum: 0 }),
      }),
    ),
  }),
  example: "directory: /var/lib/otelcol/file_storage\ncreate_directory: true\n",
};

export const extensions: readonly ComponentType[] = [healthCheck, fileStorage];
