import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadStartConfig } from './config.js';

const endpoint = { AZURE_OPENAI_ENDPOINT: 'https://my-resource.openai.azure.com/' };
const principal = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 'hunter2' };
const azure = (env: Record<string, string>) => loadStartConfig({ ...endpoint, ...env }).vendors.azure;

function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    loadStartConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ setting, problem }) => [setting, problem]));
  }
  return {};
}

describe('Azure', () => {
  test('is on by its endpoint, in whichever form it is given', () => {
    expect(loadStartConfig({ AZURE_OPENAI_API_KEY: 'k', ...principal }).vendors.azure).toBeUndefined();
    for (const tail of ['', '/', '/openai', '/openai/v1', '/openai/v1/']) {
      const AZURE_OPENAI_ENDPOINT = `https://my-resource.openai.azure.com${tail}`;
      expect(azure({ AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY: 'k' })).toEqual({
        endpoint: 'https://my-resource.openai.azure.com',
        deployments: {},
        apiKey: 'k',
      });
    }
  });

  test('is called with a key, a service principal or what the environment has', () => {
    const { AZURE_CLIENT_SECRET: _secret, ...ids } = principal;
    const entra = { tenantId: 't', clientId: 'c', clientSecret: 'hunter2' };
    const wayIn = (env: Record<string, string>) => {
      const { apiKey, entra: found } = azure(env) ?? {};
      return { apiKey, entra: found };
    };
    const on = { SLUICE_AZURE_ENTRA: 'on' };
    // Workload identity sets the two ids for its own use.
    expect(wayIn({ ...ids, AZURE_OPENAI_API_KEY: 'k' })).toEqual({ apiKey: 'k' });
    expect(wayIn({ ...principal, AZURE_OPENAI_API_KEY: 'k' })).toEqual({ apiKey: 'k' });
    expect(wayIn(principal)).toEqual({ entra });
    expect(wayIn({ ...principal, ...on, AZURE_OPENAI_API_KEY: 'k' })).toEqual({ entra });
    expect(wayIn({ ...ids, ...on })).toEqual({});
    expect(wayIn(on)).toEqual({});
  });

  test('has its mistakes told, each with its setting', () => {
    expect(problemsOf(endpoint)).toEqual({
      AZURE_OPENAI_API_KEY: 'is required where AZURE_OPENAI_ENDPOINT is set',
    });
    expect(problemsOf({ ...endpoint, AZURE_TENANT_ID: 't', AZURE_CLIENT_SECRET: 's' })).toEqual({
      AZURE_CLIENT_ID: 'goes together with AZURE_CLIENT_SECRET, and is missing',
    });
    const wrong = {
      AZURE_OPENAI_ENDPOINT: 'http://localhost:8787',
      AZURE_OPENAI_API_KEY: 'k',
      SLUICE_AZURE_API_VERSION: 'latest',
      SLUICE_AZURE_DEPLOYMENTS: 'gpt-4o',
      SLUICE_AZURE_BATCH_DEPLOYMENTS: 'gpt-4o=a,gpt-4o=b',
      SLUICE_AZURE_ENTRA: 'yes',
    };
    expect(problemsOf(wrong)).toEqual({
      AZURE_OPENAI_ENDPOINT: 'points at this gateway itself',
      SLUICE_AZURE_API_VERSION: 'is not a date such as 2024-10-21',
      SLUICE_AZURE_DEPLOYMENTS: 'is not a list of name=name',
      SLUICE_AZURE_BATCH_DEPLOYMENTS: 'names something twice',
      SLUICE_AZURE_ENTRA: 'is neither on nor off',
    });
  });

  test('takes dated versions and names of deployments', () => {
    const key = { AZURE_OPENAI_API_KEY: 'k' };
    expect(azure({ ...key, SLUICE_AZURE_API_VERSION: '2025-04-01-preview' })?.apiVersion).toBe('2025-04-01-preview');
    expect(azure({ ...key, SLUICE_AZURE_DEPLOYMENTS: ' gpt-4o = mine , eu/gpt-5.4=x,' })?.deployments).toEqual({
      'gpt-4o': 'mine',
      'eu/gpt-5.4': 'x',
    });
    expect(azure(key)?.batchDeployments).toBeUndefined();
    expect(azure({ ...key, SLUICE_AZURE_BATCH_DEPLOYMENTS: 'gpt-4o=b' })?.batchDeployments).toEqual({ 'gpt-4o': 'b' });
    for (const list of ['a=b,a=c', 'a=', '=b', 'a=b=c', 'a'])
      expect(problemsOf({ ...endpoint, ...key, SLUICE_AZURE_DEPLOYMENTS: list })).toHaveProperty(
        'SLUICE_AZURE_DEPLOYMENTS',
      );
  });

  test('shows no secret', () => {
    for (const env of [{ AZURE_OPENAI_API_KEY: 'hunter2' }, principal]) {
      const config = loadStartConfig({ ...endpoint, ...env });
      expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('hunter2');
    }
  });
});
