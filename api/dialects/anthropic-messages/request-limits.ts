/**
 * Bounds on a request that the vendor's documentation leaves open. They keep the work of one request in proportion to its
 * size, and keep values that come to rest in Postgres short and printable. Content itself is bounded by the body cap.
 */
export const LIMITS = {
  /** JSON.stringify recurses, and V8's stack ends at a few thousand levels. */
  depth: 128,
  /** Values of every kind in the body. */
  values: 1_000_000,
  /** The vendor's own limit on messages in a request. */
  messages: 100_000,
  blocksPerMessage: 10_000,
  tools: 1_000,
  stops: 8_191,
  modelLength: 256,
  models: 8,
  sessionLength: 256,
  userIdLength: 4_096,
  toolNameLength: 128,
} as const;
