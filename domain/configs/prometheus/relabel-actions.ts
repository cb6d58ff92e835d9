/** What Prometheus, and whoever scrapes as it does, can do with labels. */
export const relabelActions = [
  "replace",
  "lowercase",
  "uppercase",
  "keep",
  "drop",
  "keepequal",
  "dropequal",
  "hashmod",
  "labelmap",
  "labeldrop",
  "labelkeep",
];
