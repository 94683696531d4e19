import type { z } from 'zod';
import type { ActingRequest, Permission } from '../../workflows/contracts/access.js';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import type { AppDependencies } from '../dependencies.js';

/** What a handler is given: who asks, and what was asked, checked by the endpoint's schemas. */
export interface Asked<Params, Query, Body> {
  readonly by: ActingRequest;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

interface Description {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With OpenAPI's parameters: `/v1/organization/projects/{project_id}`. One that is named `project_id` also scopes roles. */
  readonly path: string;
  /** The operation's name in OpenAPI, `list-projects`. */
  readonly id: string;
  /** One line, for OpenAPI. */
  readonly summary: string;
  readonly tag: string;
  readonly permission: Permission;
  /** The error table's codes that this endpoint answers with, besides those that any may (`commonErrors`). */
  readonly errors?: readonly GatewayErrorCode[];
}

type Schema = z.ZodType;
type Infer<S extends Schema | undefined> = S extends Schema ? z.output<S> : undefined;

interface Schemas<P extends Schema | undefined, Q extends Schema | undefined, B extends Schema | undefined> {
  /** Strings as they stand in the path. */
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** What it answers with, on the wire. */
  readonly response: Schema;
}

/** One operation of the management API, stated once: its route, its permission and its page in OpenAPI are made of it. */
export interface Endpoint extends Description {
  readonly schemas: Schemas<Schema | undefined, Schema | undefined, Schema | undefined>;
  /** Absent for one JSON object; `ndjson` for a stream of them, a line each, all of which the response's schema describes. */
  readonly form?: 'ndjson';
  handle(deps: AppDependencies, asked: Asked<unknown, unknown, unknown>): Promise<unknown>;
}

export function endpoint<
  R extends Schema,
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(
  description: Description &
    Omit<Schemas<P, Q, B>, 'response'> & {
      readonly response: R;
      readonly handle: (deps: AppDependencies, asked: Asked<Infer<P>, Infer<Q>, Infer<B>>) => Promise<z.input<R>>;
    },
): Endpoint {
  const { params, query, body, response, handle, ...rest } = description;
  return {
    ...rest,
    schemas: { ...(params && { params }), ...(query && { query }), ...(body && { body }), response },
    // What was asked has been checked by these very schemas.
    handle: handle,
  };
}

/** An operation that answers with lines. What fails after the first breaks the connection: half an answer never looks whole. */
export function linesEndpoint<R extends Schema, Q extends Schema | undefined = undefined>(
  description: Description & {
    readonly query?: Q;
    /** Of one line. */
    readonly response: R;
    readonly handle: (
      deps: AppDependencies,
      asked: Asked<undefined, Infer<Q>, undefined>,
    ) => Promise<AsyncIterable<z.input<R>>>;
  },
): Endpoint {
  const { query, response, handle, ...rest } = description;
  return {
    ...rest,
    form: 'ndjson',
    schemas: { ...(query && { query }), response },
    handle: handle as Endpoint['handle'],
  };
}

/** Codes that any endpoint of the management API may answer with. */
export const commonErrors: readonly GatewayErrorCode[] = [
  'missing_api_key',
  'invalid_api_key',
  'revoked_api_key',
  'expired_api_key',
  'admin_key_required',
  'permission_denied',
  'invalid_request',
  'invalid_json',
  'body_too_large',
  'unsupported_media_type',
  'unavailable',
  'internal_error',
];
