import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findPythonWith, howToGetPython, pythonEnvironments } from '../clients/python-clients.js';
import { pythonIsRequired } from '../clients/python-interpreter.js';

// Schemathesis, told nothing but the OpenAPI document, tries every operation with requests that fit it and that do not:
// no answer may be a server's fault, undescribed, or of another shape than described.

const python = findPythonWith(pythonEnvironments.clients);
/** Whether there is no Schemathesis here, and need not be. */
export const noSchemathesis = python === undefined && !pythonIsRequired;
if (noSchemathesis) console.warn(howToGetPython(pythonEnvironments.clients));

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/** Each operation is for one kind of key; the tags of those that callers of models use. */
export const callersTags = ['Chat', 'Messages', 'Responses', 'Models', 'Requests', 'Files'];
/** Of what costs time: each takes forms, or makes what is large, or starts what goes on. They have a test of minutes. */
export const mediaTags = ['Audio', 'Embeddings', 'Images', 'Moderations', 'Rerank', 'Videos'];
export const jobTags = ['Jobs', 'Schedules', 'Batches'];

export interface FuzzOptions {
  readonly origin: string;
  /** Where it may leave what it has found. */
  readonly folder: string;
  readonly apiKey: string;
  readonly filters: readonly string[];
  /** For each operation, in the last of its phases. */
  readonly examples: number;
  /** Without what is tried systematically, constraint by constraint, which takes the longest. */
  readonly isShort?: boolean;
}

/** Fails with all that was said; `said` is empty where no fault was found. */
export async function fuzz({ origin, folder, apiKey, filters, examples, isShort }: FuzzOptions): Promise<{
  readonly code: number | null;
  readonly said: string;
}> {
  const program = join(dirname(python ?? ''), 'schemathesis');
  const options = [
    ...[
      '--phases',
      isShort ? 'examples,fuzzing' : 'examples,coverage,fuzzing',
      '--checks',
      checks.join(','),
      '--max-examples',
      String(examples),
    ],
    ...['--generation-deterministic', '--suppress-health-check', 'all'],
    ...['--request-timeout', '60', '--no-color', '--no-shrink', '--header', `Authorization: Bearer ${apiKey}`],
  ];
  const child = spawn(program, ['run', `${origin}/openapi.json`, ...options, ...filters], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, said: code === 0 ? '' : output + complaints };
}
