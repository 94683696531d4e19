import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Seen } from './node-clients.js';

/** An environment of Python packages, with the variable that names its interpreter and what it must be able to import. */
export const pythonEnvironments = {
  clients: {
    variable: 'SLUICE_TEST_PYTHON',
    modules: 'openai, anthropic, langchain, langchain_openai, langchain_anthropic, langgraph',
    requirements: 'test/clients/python/requirements.txt',
  },
  webhooks: {
    variable: 'SLUICE_TEST_PYTHON',
    modules: 'standardwebhooks',
    requirements: 'test/clients/python/requirements.txt',
  },
  /** What needs nothing but Python. */
  plain: {
    variable: 'SLUICE_TEST_PYTHON',
    modules: 'json, urllib.request',
    requirements: 'test/clients/python/requirements.txt',
  },
  llamaIndex: {
    variable: 'SLUICE_TEST_PYTHON_LLAMA_INDEX',
    modules: 'llama_index.llms.openai_like, llama_index.llms.anthropic',
    requirements: 'test/clients/python/requirements-llama-index.txt',
  },
  /** The example of questions about documents. */
  documents: {
    variable: 'SLUICE_TEST_PYTHON_LLAMA_INDEX',
    modules: 'llama_index.llms.openai_like, llama_index.embeddings.openai',
    requirements: 'test/clients/python/requirements-llama-index.txt',
  },
} as const;

export type PythonEnvironment = (typeof pythonEnvironments)[keyof typeof pythonEnvironments];

/** The interpreter that the environment's variable names, else the system's; undefined where it lacks a package. */
export const findPythonWith = ({ variable, modules }: PythonEnvironment): string | undefined => {
  const named = process.env[variable];
  const python = named === undefined || named === '' ? 'python3' : named;
  return spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0 ? python : undefined;
};

export const howToGetPython = ({ variable, requirements }: PythonEnvironment): string =>
  `clients: skipped, because no Python has them; install ${requirements} into one and name it in ${variable}.`;

/** Runs one of `test/clients/python/*.py` with `setup` on stdin; resolves to what it saw. */
export const runPythonClient = async (python: string, script: string, setup: unknown): Promise<Seen> => {
  const path = fileURLToPath(new URL(`./python/${script}`, import.meta.url));
  const child = spawn(python, [path], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(JSON.stringify(setup));
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(`${script} failed:\n${complaints}`);
  return JSON.parse(output) as Seen;
};
