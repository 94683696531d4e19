import { afterAll, beforeAll } from 'vitest';
import type { Terminal } from '../../infra/cli/command.js';
import { runSluice } from '../../infra/cli/run-sluice.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliWorld {
  readonly gateway: TestGateway;
  /** Runs a command in this process, as `npm run sluice -- …args` does in one of its own. */
  sluice(...args: readonly string[]): Promise<Ran>;
  /** The same with other settings, or with somebody at the terminal. */
  sluiceIn(terminal: Partial<Terminal>, ...args: readonly string[]): Promise<Ran>;
  /** What `--json` prints, parsed. */
  json(...args: readonly string[]): Promise<ReturnType<typeof JSON.parse>>;
  /** The management API itself. */
  api(method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>>;
}

export function useCli(): CliWorld {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ env: { SLUICE_LOG_LEVEL: 'error' } });
  }, 180_000);
  afterAll(async () => {
    await gateway?.close();
  }, 60_000);

  const env = () => ({
    SLUICE_BASE_URL: gateway.origin,
    SLUICE_ADMIN_KEY: gateway.adminKey,
    DATABASE_URL: gateway.databaseUrl,
  });
  const sluiceIn = async (terminal: Partial<Terminal>, ...args: readonly string[]): Promise<Ran> => {
    const [out, err]: [string[], string[]] = [[], []];
    const ours = { env: env(), print: (line: string) => out.push(line), complain: (line: string) => err.push(line) };
    const code = await runSluice(args, { ...ours, ...terminal });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  return {
    get gateway() {
      return gateway;
    },
    sluice: (...args) => sluiceIn({}, ...args),
    sluiceIn,
    json: async (...args) => {
      const { code, out, err } = await sluiceIn({}, ...args, '--json');
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
      return JSON.parse(out);
    },
    api: async (method, path, body) => {
      const response = await fetch(`${gateway.baseUrl}/organization${path}`, {
        method,
        headers: {
          authorization: `Bearer ${gateway.adminKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return response.json();
    },
  };
}
