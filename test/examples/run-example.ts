import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { TestGateway } from '../support/gateway.js';

/** Where the examples are that readers run. */
export const examples = fileURLToPath(new URL('../../docs/examples/', import.meta.url));

/** Long enough for a Python that is started on a busy machine. */
const timeoutMs = 120_000;

/**
 * Runs an example as its README says, against this gateway; its path is below `docs/examples`. Resolves to the lines that it
 * prints, rejects with what it complains of.
 */
export async function runExample(
  command: string,
  args: readonly [path: string, ...more: string[]],
  { baseUrl, apiKey, adminKey }: TestGateway,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const [path, ...more] = args;
  const child = spawn(command, [`${examples}${path}`, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SLUICE_BASE_URL: baseUrl,
      SLUICE_API_KEY: apiKey,
      SLUICE_ADMIN_KEY: adminKey,
      // The folder of the examples stays as it is.
      PYTHONDONTWRITEBYTECODE: '1',
      ...env,
    },
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(`${path} failed:\n${output}\n${complaints}`);
  return output.trimEnd().split('\n');
}
