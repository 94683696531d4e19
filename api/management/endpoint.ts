import type { z } from 'zod';
import type { ActingRequest, Permission, RequestOrigin } from '../../workflows/contracts/access.js';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import type { AppDependencies } from '../dependencies.js';

/** What a handler is given: who asks, and what was asked, checked by the endpoint's schemas. */
export interface Asked<Params, Query, Body> extends AskedByAnyone<Params, Query, Body> {
  readonly by: ActingRequest;
}

/** Of an endpoint without a key nobody knows who asks, only where from. */
export interface AskedByAnyone<Params, Query, Body> {
  readonly from: RequestOrigin;
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
export type Endpoint = KeyedEndpoint | OpenEndpoint;

interface Stated extends Description {
  readonly schemas: Schemas<Schema | undefined, Schema | undefined, Schema | undefined>;
  /** Absent for one JSON object; `ndjson` for a stream of them, a line each, all of which the response's schema describes. */
  readonly form?: 'ndjson';
}

export interface KeyedEndpoint extends Stated {
  readonly permission: Permission;
  handle(deps: AppDependencies, asked: Asked<unknown, unknown, unknown>): Promise<unknown>;
  /** The same as a table, for callers that accept `text/csv`: its lines, of which the first is there once it resolves. */
  readonly csv?: (deps: AppDependencies, asked: Asked<unknown, unknown, unknown>) => Promise<AsyncIterable<string>>;
}

/** One that is called without a key: what its body proves is its own affair. */
export interface OpenEndpoint extends Stated {
  readonly permission: 'none';
  handle(deps: AppDependencies, asked: AskedByAnyone<unknown, unknown, unknown>): Promise<unknown>;
}

type Handler<A, R extends Schema> = (deps: AppDependencies, asked: A) => Promise<z.input<R>>;

export function endpoint<
  R extends Schema,
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(
  description: Description &
    Omit<Schemas<P, Q, B>, 'response'> & {
      readonly permission: Permission;
      readonly response: R;
      readonly handle: Handler<Asked<Infer<P>, Infer<Q>, Infer<B>>, R>;
      readonly csv?: (
        deps: AppDependencies,
        asked: Asked<Infer<P>, Infer<Q>, Infer<B>>,
      ) => Promise<AsyncIterable<string>>;
    },
): KeyedEndpoint {
  const { params, query, body, response, handle, csv, ...rest } = description;
  return {
    ...rest,
    schemas: { ...(params && { params }), ...(query && { query }), ...(body && { body }), response },
    // What was asked has been checked by these very schemas.
    handle,
    ...(csv && { csv: csv as NonNullable<KeyedEndpoint['csv']> }),
  };
}

/** An operation that answers with lines. What fails after the first breaks the connection: half an answer never looks whole. */
export function linesEndpoint<R extends Schema, Q extends Schema | undefined = undefined>(
  description: Description & {
    readonly permission: Permission;
    readonly query?: Q;
    /** Of one line. */
    readonly response: R;
    readonly handle: (
      deps: AppDependencies,
      asked: Asked<undefined, Infer<Q>, undefined>,
    ) => Promise<AsyncIterable<z.input<R>>>;
  },
): KeyedEndpoint {
  const { query, response, handle, ...rest } = description;
  return {
    ...rest,
    form: 'ndjson',
    schemas: { ...(query && { query }), response },
    handle: handle as KeyedEndpoint['handle'],
  };
}

/** As `endpoint`, for what is asked without a key. */
export function openEndpoint<R extends Schema, B extends Schema>(
  description: Description & {
    readonly body: B;
    readonly response: R;
    readonly handle: Handler<AskedByAnyone<undefined, undefined, z.output<B>>, R>;
  },
): OpenEndpoint {
  const { body, response, handle, ...rest } = description;
  return { ...rest, permission: 'none', schemas: { body, response }, handle };
}

/** Codes that any endpoint of the management API may answer with; those about keys and permissions only where it needs them. */
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
