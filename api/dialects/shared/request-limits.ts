/**
 * Bounds on a request that the specification leaves open. They keep the work of one request in proportion to its size, and
 * keep values that come to rest in Postgres or in a log line short and printable. Content itself is bounded by the body cap.
 */
export const LIMITS = {
  /** JSON.stringify recurses, and V8's stack ends at a few thousand levels. */
  depth: 128,
  /** Values of every kind in the body; 10,000 messages of one text part each are about 60,000. */
  values: 1_000_000,
  messages: 20_000,
  partsPerMessage: 5_000,
  toolCallsPerMessage: 1_000,
  tools: 1_000,
  stops: 64,
  modelLength: 256,
  models: 8,
  sessionLength: 256,
  userLength: 512,
  safetyIdentifierLength: 64,
  metadataPairs: 16,
  metadataKeyLength: 64,
  metadataValueLength: 512,
  choices: 128,
  toolNameLength: 128,
} as const;
