/** What Muster takes and promises on the agents' wire. */
export const limits = {
  /** Of one message of an agent, after decompression. */
  messageBytes: 1024 * 1024,
  /** Of one message to our own agent: it may bring many files. */
  offerBytes: 16 * 1024 * 1024,
  /** That agents are told to keep, on both transports, unless the deployment sets another. */
  heartbeatSeconds: 30,
  /** Polls an HTTP agent may miss before it counts as offline. */
  missedPolls: 3,
  /** Characters of one attribute or label value that are kept. */
  attributeChars: 1024,
  /** Labels of one agent. */
  labels: 64,
  /** Packages of one agent's report that are kept. */
  packages: 100,
  /** Characters of an agent's error text that are kept. */
  errorChars: 4096,
} as const;

export const opampContentType = "application/x-protobuf";
