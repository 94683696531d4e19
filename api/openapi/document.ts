import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { FAILURE_ROWS } from '../dialects/shared/failure-rows.js';
import { gatewayErrors } from '../../workflows/domain/errors.js';
import { managementEndpoints } from '../management/management-routes.js';
import { anthropicErrorSchema, errorSchema } from './answer-schemas.js';
import { renderErrorAnswers } from './error-answers.js';
import { inferenceOperations } from './inference-operations.js';
import { createJsonSchemas, type JsonSchemas } from './json-schemas.js';
import { mediaOperations } from './media-operations.js';
import { notBuiltOperations } from './not-built-operations.js';
import { type DescribedAnswer, fromEndpoint, type Operation } from './operation.js';
import { renderParameters } from './parameters.js';
import { vendorWebhookOperations } from './vendor-webhook-operations.js';

const operations: readonly Operation[] = [
  ...inferenceOperations,
  ...mediaOperations,
  ...managementEndpoints.map(fromEndpoint),
  ...notBuiltOperations,
  ...vendorWebhookOperations,
];

/** The whole API in OpenAPI 3.1, made of what the routes themselves are made of. */
export function renderOpenApi(): JsonObject {
  const schemas = createJsonSchemas();
  const paths: { [path: string]: JsonObject } = {};
  for (const operation of operations) {
    const rendered = { [operation.method.toLowerCase()]: renderOperation(operation, schemas) };
    paths[operation.path] = { ...paths[operation.path], ...rendered };
  }
  // Both land among the shared schemas, because they have ids.
  schemas.of(errorSchema, 'output');
  schemas.of(anthropicErrorSchema, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: '1',
      description:
        'A gateway between applications and AI models. Amounts in fields that end in `_usd` are exact decimals.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: { ...schemas.shared, ...codeSchemas }, responses, securitySchemes, headers },
  };
}

function renderOperation(operation: Operation, schemas: JsonSchemas): JsonObject {
  const { id, tag, summary, description, key, body, form, answers } = operation;
  const parameters = renderParameters(operation, schemas);
  const content = {
    ...(body && { 'application/json': { schema: schemas.of(body, 'input') } }),
    ...(form && { 'multipart/form-data': { schema: schemas.of(form, 'input') } }),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: security[key],
    ...(parameters.length > 0 && { parameters }),
    ...(Object.keys(content).length > 0 && { requestBody: { required: true, content } }),
    responses: {
      ...Object.fromEntries(answers.map((answer) => [String(answer.status), renderAnswer(answer, schemas)])),
      ...renderErrorAnswers(operation),
      '431': { $ref: '#/components/responses/HeadersTooLarge' },
    },
  };
}

function renderAnswer({ description, content, headers: more = {} }: DescribedAnswer, schemas: JsonSchemas): JsonObject {
  const described = Object.entries(more).map(([name, text]): [string, JsonObject] => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  return {
    description,
    headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' }, ...Object.fromEntries(described) },
    content: Object.fromEntries(
      Object.entries(content).map(([type, schema]) => [type, { schema: schemas.of(schema, 'output') }]),
    ),
  };
}

/** What is refused before it is known to which operation it went. */
const responses: JsonObject = {
  HeadersTooLarge: {
    description: 'The address and the headers are more than 16 kB together.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  },
};

const security: { readonly [K in Operation['key']]: Json } = {
  admin: [{ adminKey: [] }, { keyHeader: [] }],
  inference: [{ inferenceKey: [] }, { keyHeader: [] }],
  none: [],
};

const securitySchemes: JsonObject = {
  inferenceKey: { type: 'http', scheme: 'bearer', description: 'A key of a project, which calls models.' },
  adminKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'An admin key, which manages its organisation and calls no model.',
  },
  keyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description: 'Either kind of key, as Anthropic’s clients send it.',
  },
};

const headers: JsonObject = {
  RequestId: {
    description: "The request's id, for `GET /v1/requests/{id}` and for whoever runs the gateway.",
    schema: { type: 'string' },
  },
  ShouldRetry: {
    description: 'Whether the same request may succeed a little later.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  RetryAfter: { description: 'Seconds to wait, where that is known.', schema: { type: 'integer' } },
};

const codeSchemas: JsonObject = {
  GatewayErrorCode: {
    description:
      'Why the gateway itself refused. An address that does not exist answers `not_found`, a wrong method `method_not_allowed`.',
    enum: Object.keys(gatewayErrors),
  },
  VendorErrorCode: {
    description: 'How a vendor failed.',
    enum: [...new Set(Object.values(FAILURE_ROWS).map(({ code }) => code))],
  },
};
