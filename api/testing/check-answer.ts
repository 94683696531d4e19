import { z } from 'zod';
import { managementEndpoints } from '../management/management-routes.js';

/** Schemas whose objects have no further fields, whatever they allow a later version. */
const strict = new Map<string, z.ZodType>();

/**
 * Throws where an endpoint answers something else than its schema says, fields that it does not name included: a handler's
 * test then gets a 500.
 */
export function checkAnswer(operationId: string, answer: unknown): void {
  const endpoint = managementEndpoints.find(({ id }) => id === operationId);
  if (!endpoint) throw new Error(`no endpoint is called ${operationId}`);
  const schema =
    strict.get(operationId) ?? z.fromJSONSchema(z.toJSONSchema(endpoint.schemas.response, { io: 'output' }));
  strict.set(operationId, schema);
  // As it goes over the wire: fields that are undefined are not there.
  const { success, error } = schema.safeParse(JSON.parse(JSON.stringify(answer)));
  if (!success) throw new Error(`${operationId} does not answer as its schema says: ${z.prettifyError(error)}`);
}
