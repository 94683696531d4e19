import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./node', import.meta.url));

/** The folder in which `test/clients/node/package.json` is installed; undefined where nobody did. */
export const findNodeClients = (): string | undefined => {
  const named = process.env.SLUICE_TEST_NODE_CLIENTS;
  const folder = named === undefined || named === '' ? source : named;
  return existsSync(join(folder, 'node_modules', 'ai')) ? folder : undefined;
};

/** Whether the tests must fail, not skip, where they are not. */
export const nodeClientsAreRequired = process.env.SLUICE_REQUIRE_NODE_CLIENTS === '1';

export const howToGetNodeClients =
  'clients: skipped, because test/clients/node is not installed; `npm ci --prefix test/clients/node` installs it.';

export interface Seen {
  readonly versions: Readonly<Record<string, string>>;
  /** By the scenario's name. */
  readonly results: Readonly<Record<string, unknown>>;
}

/** What a scenario saw. Throws what it stumbled over, where it did. */
export const resultOf = ({ results }: Seen, name: string): unknown => {
  const result = results[name];
  const { failed } = (result ?? {}) as { readonly failed?: string };
  if (failed !== undefined) throw new Error(`${name}: ${failed}`);
  return result;
};

/** Runs one of `test/clients/node/*.mjs` with `setup` on stdin, as a program of its own that knows nothing of this project. */
export const runNodeClient = async (script: string, setup: unknown): Promise<Seen> => {
  const installed = findNodeClients();
  if (installed === undefined) throw new Error(howToGetNodeClients);
  // Packages are found from where a script lies, so that the scripts go where the packages are, and not the other way round.
  const folder = await mkdtemp(join(tmpdir(), 'sluice-clients-'));
  try {
    await cp(source, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
    await symlink(join(installed, 'node_modules'), join(folder, 'node_modules'), 'dir');
    return JSON.parse(await run(folder, script, setup)) as Seen;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const run = async (folder: string, script: string, setup: unknown): Promise<string> => {
  const child = spawn(process.execPath, [join(folder, script)], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(JSON.stringify(setup));
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(`${script} failed:\n${complaints}`);
  return output;
};
