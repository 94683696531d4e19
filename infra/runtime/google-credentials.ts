import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { ConfigProblem } from './config-error.js';

const SETTING = 'SLUICE_VERTEX_CREDENTIALS';
const FIX =
  "Set it to a service account's key, as JSON or as the path of its file, or leave it out for the machine's own.";

/** A key file of Google Cloud, written out or by its path. What is wrong with it goes to `problems`, and never quotes it. */
export function readGoogleCredentials(written: string, problems: ConfigProblem[]): JsonObject | undefined {
  const report = (problem: string): undefined => {
    problems.push({ setting: SETTING, problem, fix: FIX });
    return undefined;
  };
  const isPath = !written.trimStart().startsWith('{');
  const text = isPath ? readKeyFile(written) : written;
  if (text === undefined) return report('names a file that cannot be read');
  const key = parse(text);
  return key?.['type'] === undefined ? report('is no key of Google Cloud') : key;
}

function readKeyFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
