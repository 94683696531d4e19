import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPythonWith, howToGetPython, pythonEnvironments } from '../clients/python-clients.js';
import { pythonIsRequired } from '../clients/python-interpreter.js';
import { createTestFolder } from '../support/services.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

// Schemathesis, told nothing but the OpenAPI document, tries every operation with requests that fit it and that do not:
// no answer may be a server's fault, undescribed, or of another shape than described.

const python = findPythonWith(pythonEnvironments.clients);
const skipped = python === undefined && !pythonIsRequired;
if (skipped) console.warn(howToGetPython(pythonEnvironments.clients));

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/** Each operation is for one kind of key; the tags of those that callers of models use. */
/** Looked at by their own tests until there is time for them here: each takes forms, or makes what costs time. */
const mediaTags = ['Audio', 'Embeddings', 'Images', 'Jobs', 'Moderations', 'Rerank', 'Videos'];
const callersTags = ['Chat', 'Messages', 'Responses', 'Models', 'Requests', 'Files'];

describe.skipIf(skipped)('Schemathesis', () => {
  let gateway: TestGateway;
  let folder: string;

  beforeAll(async () => {
    gateway = await startTestGateway({ env: { SLUICE_LOG_LEVEL: 'fatal' } });
    folder = await createTestFolder();
  }, 180_000);
  afterAll(async () => {
    await gateway?.close();
  }, 60_000);

  const fuzz = async (apiKey: string, filters: readonly string[], examples: number) => {
    const program = join(dirname(python ?? ''), 'schemathesis');
    const options = [
      ...['--phases', 'examples,coverage,fuzzing', '--checks', checks.join(','), '--max-examples', String(examples)],
      ...['--generation-deterministic', '--suppress-health-check', 'all'],
      ...['--request-timeout', '60', '--no-color', '--no-shrink', '--header', `Authorization: Bearer ${apiKey}`],
    ];
    const child = spawn(program, ['run', `${gateway.origin}/openapi.json`, ...options, ...filters], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    return { code, said: code === 0 ? '' : output + complaints };
  };

  it('finds no fault in what callers of models use', async () => {
    const filters = callersTags.flatMap((tag) => ['--include-tag', tag]);
    expect(await fuzz(gateway.apiKey, filters, 15)).toEqual({ code: 0, said: '' });
  }, 600_000);

  it('finds no fault in the management API', async () => {
    const filters = [...callersTags, ...mediaTags, 'Not built yet'].flatMap((tag) => ['--exclude-tag', tag]);
    expect(await fuzz(gateway.adminKey, filters, 3)).toEqual({ code: 0, said: '' });
  }, 600_000);
});
