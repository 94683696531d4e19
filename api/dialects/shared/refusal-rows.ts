import { gatewayError, type GatewayError } from '../../../workflows/domain/errors.js';

/** A row of the gateway's error table, in this dialect's terms. */
export type RefusalRow = GatewayError;

/** The row of a refusal's code; a code that the table does not know is an `internal_error`. */
export function refusalRow(code: string): RefusalRow {
  return gatewayError(code);
}
