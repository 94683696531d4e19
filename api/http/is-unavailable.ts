/** SQLSTATE classes of a Postgres that is away, starting, stopping or full, and Node's codes of a connection that failed. */
const UNAVAILABLE_CODE =
  /^(?:(?:08|53)[0-9A-Z]{3}|57P0[0-9A-Z]|E(?:CONN[A-Z]+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND))$/;
/** gRPC: cancelled, deadline exceeded, resource exhausted, unavailable. */
const UNAVAILABLE_GRPC = new Set([1, 4, 8, 14]);
/** node-postgres gives its own connection faults no code, and Temporal's client has classes of its own. */
const UNAVAILABLE_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|not queryable|client was closed/i;
const CAUSES_MAX = 5;

/** Whether an error says that Postgres or Temporal is away, so that the same request may succeed a little later. */
export function isUnavailable(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && UNAVAILABLE_CODE.test(code)) return true;
    if (typeof code === 'number' && UNAVAILABLE_GRPC.has(code)) return true;
    if (code === undefined && UNAVAILABLE_MESSAGE.test(cause.message)) return true;
    cause = cause.cause;
  }
  return false;
}
