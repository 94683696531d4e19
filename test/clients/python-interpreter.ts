import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const canImport = (python: string, modules: string): boolean =>
  spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0;

/** A Python that has OpenAI's client: the one that SLUICE_TEST_PYTHON names, else the system's; undefined without. */
export const findPython = (): string | undefined => {
  const named = process.env.SLUICE_TEST_PYTHON;
  const candidates = named === undefined || named === '' ? ['python3'] : [named];
  return candidates.find((python) => canImport(python, 'openai, pydantic'));
};

/** Whether the tests must fail, not skip, where there is none. */
export const pythonIsRequired = process.env.SLUICE_REQUIRE_PYTHON === '1';

/** Runs the scenarios with `setup` on stdin; resolves to what they print, rejects with what they complain of. */
export const runScenarios = async (python: string, setup: unknown): Promise<unknown> => {
  const script = fileURLToPath(new URL('./python/scenarios.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output: string[] = [];
  const complaints: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(JSON.stringify(setup));
  if ((await code) !== 0) throw new Error(`scenarios.py failed:\n${complaints.join('')}`);
  return JSON.parse(output.join(''));
};
