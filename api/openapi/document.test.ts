import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { gatewayErrors } from '../../workflows/domain/errors.js';
import { buildApp } from '../app.js';
import { FAILURE_ROWS } from '../dialects/shared/failure-rows.js';
import { managementEndpoints } from '../management/management-routes.js';
import { checkAnswer } from '../testing/check-answer.js';
import { createFakeWorld } from '../testing/fake-dependencies.js';
import { renderOpenApi } from './document.js';

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: { readonly [status: string]: { readonly 'x-sluice-codes'?: readonly string[] } };
}
interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: { readonly schemas: { readonly [name: string]: { readonly enum?: readonly string[] } } };
}

const document = renderOpenApi() as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

async function openApp() {
  const world = createFakeWorld();
  const app = buildApp(world.deps);
  await app.ready();
  return { app, world };
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(JSON.stringify(document)) as Record<string, unknown>)).toEqual({
      valid: true,
    });
    expect(validator.version).toBe('3.1');
  });

  it('has every route, and no other', async () => {
    const { app } = await openApp();
    // A wildcard has a name in the document, and no name in the router.
    const anonymous = (path: string) => path.replace(/\{\w+\}|:\w+|\*/g, '{}');
    const routes = app.routeTable.routes.filter(({ method }) => method !== 'HEAD');
    const described = operations.map(({ method, path }) => `${method} ${anonymous(path)}`);
    expect(described.sort()).toEqual(routes.map(({ method, url }) => `${method} ${anonymous(url)}`).sort());
    expect(new Set(described).size).toBe(described.length);
  });

  it('says of routes that are not built that they answer 501, and of no other', async () => {
    const { app } = await openApp();
    const notBuilt = app.routeTable.routes.filter(({ kind }) => kind === 'not_built').length;
    const statusesOf = ({ responses }: Operation) => Object.keys(responses);
    const with501 = operations.filter(({ operation }) => statusesOf(operation).includes('501'));
    expect(with501).toHaveLength(notBuilt);
    expect(with501.flatMap(({ operation }) => statusesOf(operation)).filter((status) => status < '300')).toEqual([]);
    const others = operations.filter((one) => !with501.includes(one));
    expect(others.filter(({ operation }) => !statusesOf(operation).some((status) => status < '300'))).toEqual([]);
  });

  it('names each operation once, and each parameter of its path', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const { path, operation } of operations) {
      const named = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect([path, named.sort()]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()]);
    }
  });

  it('refers only to what it has', () => {
    const text = JSON.stringify(document);
    for (const [, section = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      const components = document.components as unknown as { readonly [section: string]: object };
      expect(Object.keys(components[section] ?? {}), `${section}/${name}`).toContain(name);
    }
    expect(text).not.toContain('$defs');
  });

  it('tells every code of the error tables where it may come, and no other', () => {
    const vendor = Object.values(FAILURE_ROWS).map(({ code }) => code);
    const told = operations.flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap((response) => response['x-sluice-codes'] ?? []),
    );
    const { GatewayErrorCode, VendorErrorCode } = document.components.schemas;
    // Of addresses that are no operation's.
    const everywhere = ['not_found', 'method_not_allowed'];
    expect([...new Set([...told, ...everywhere])].sort()).toEqual(
      [...new Set([...Object.keys(gatewayErrors), ...vendor])].sort(),
    );
    expect(GatewayErrorCode?.enum).toEqual(Object.keys(gatewayErrors));
    expect(VendorErrorCode?.enum).toEqual([...new Set(vendor)]);
    const page = readFileSync('docs/errors.md', 'utf8');
    const documented = [...page.matchAll(/^\| (?:\w+ \| )?`(\w+)` \| \d{3} \|/gm)].map(([, code]) => code);
    expect([...new Set(documented)].sort()).toEqual([...new Set([...Object.keys(gatewayErrors), ...vendor])].sort());
  });

  it('needs a key of the kind that the route does', async () => {
    const { app } = await openApp();
    for (const { path, method, operation } of operations) {
      const url = path.replaceAll(/\{\w+\}/g, 'x');
      const { statusCode } = await app.inject({ method: method as 'GET', url });
      expect([method, path, statusCode === 401]).toEqual([method, path, operation.security.length > 0]);
    }
  });

  it('is served without a key', async () => {
    const { app } = await openApp();
    const response = await app.inject('/openapi.json');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });
});

describe('the check of answers in tests', () => {
  it.each(managementEndpoints.map(({ id }) => id))('knows what %s answers with', (id) => {
    expect(() => checkAnswer(id, { surprise: true })).toThrow('does not answer as its schema says');
  });

  it('fails an endpoint that answers a field which its schema does not name', async () => {
    const { world } = await openApp();
    const balance = (await world.deps.management.balances('org_1'))[0]!;
    const management = {
      ...world.deps.management,
      balances: () => Promise.resolve([{ ...balance, kind: 'gold' as never }]),
    };
    const app = buildApp({ ...world.deps, management });
    const headers = { authorization: 'Bearer sk-sluice-admin' };
    expect((await app.inject({ url: '/v1/organization/balances', headers })).statusCode).toBe(500);
  });
});
