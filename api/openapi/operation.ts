import { z } from 'zod';
import type { GatewayErrorCode } from '../../workflows/domain/errors.js';
import type { Endpoint } from '../management/endpoint.js';
import { commonErrors } from '../management/endpoint.js';

/** One answer of an operation. */
export interface DescribedAnswer {
  readonly status: number;
  readonly description: string;
  /** By media type. A stream's schema is that of one event or line. */
  readonly content: { readonly [mediaType: string]: z.ZodType };
  /** Headers by name, besides those of every answer. */
  readonly headers?: { readonly [name: string]: string };
}

export interface DescribedHeader {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType;
}

/** All that the document says of a route; the management API's are made of its endpoints. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** The kind of key that it needs. */
  readonly key: 'admin' | 'inference' | 'none';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly requestHeaders?: readonly DescribedHeader[];
  readonly body?: z.ZodType;
  /** The body where it is `multipart/form-data`. */
  readonly form?: z.ZodType;
  readonly answers: readonly DescribedAnswer[];
  readonly errors: readonly GatewayErrorCode[];
  /** Whether a vendor's failure may be the answer. */
  readonly vendorFailures?: boolean;
  /** What is wrong with a field is told by codes of the dialect's own. */
  readonly fieldCodes?: true;
}

/** What only those are told who had to show a key. */
const keyErrors: readonly GatewayErrorCode[] = [
  'missing_api_key',
  'invalid_api_key',
  'revoked_api_key',
  'expired_api_key',
  'admin_key_required',
  'permission_denied',
];

export function fromEndpoint(endpoint: Endpoint): Operation {
  const { schemas, form, permission, errors = [] } = endpoint;
  const isOpen = permission === 'none';
  const mediaType = form === 'ndjson' ? 'application/x-ndjson' : 'application/json';
  const csv: DescribedAnswer['content'] = 'csv' in endpoint && endpoint.csv ? { 'text/csv': z.string() } : {};
  return {
    method: endpoint.method,
    path: endpoint.path,
    id: endpoint.id,
    tag: endpoint.tag,
    summary: endpoint.summary,
    description: isOpen ? 'Needs no key.' : `Needs the permission \`${permission}\`.`,
    key: isOpen ? 'none' : 'admin',
    ...(schemas.params && { params: schemas.params }),
    ...(schemas.query && { query: schemas.query }),
    ...(schemas.body && { body: schemas.body }),
    answers: [{ status: 200, description: endpoint.summary, content: { [mediaType]: schemas.response, ...csv } }],
    errors: [...commonErrors.filter((code) => !isOpen || !keyErrors.includes(code)), ...errors],
  };
}
