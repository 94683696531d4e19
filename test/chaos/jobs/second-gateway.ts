import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, loadStartConfig } from '../../../infra/runtime/config.js';
import { gatewayEnvironment } from '../../../infra/local/gateway-environment.js';
import { type GatewayProcess, startGateway } from '../../../infra/local/gateway-process.js';
import { localSecretsOf } from '../../../infra/local/local-secrets.js';
import { freePort } from '../../../infra/local/ports.js';
import type { Log } from '../../../infra/local/processes.js';
import type { Stack } from '../../../infra/local/stack.js';
import { supervise, type Supervised } from '../../../infra/local/supervise.js';

export interface SecondGateway {
  readonly baseUrl: string;
  readonly logFile: string;
  /** It ends with this process, which it hears of. */
  readonly supervised: Supervised<GatewayProcess>;
}

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** Another gateway on the services and with the secrets of a stack, started again like its own whenever it dies. */
export async function startSecondGateway(
  { databaseUrl, temporalAddress }: Stack,
  options: { readonly dataDir: string; readonly env: Readonly<Record<string, string>>; readonly log: Log },
): Promise<SecondGateway> {
  const { dataDir, log } = options;
  const base = { ...bareEnvironment(), ...options.env, SLUICE_DATA_DIR: dataDir };
  const config = loadStartConfig(base);
  const secrets = await localSecretsOf(dataDir);
  const port = await freePort();
  const env = gatewayEnvironment({ base, config, port, databaseUrl, temporalAddress, secrets });
  const logFile = join(dataDir, 'second-gateway.log');
  const supervised = await supervise({
    name: 'the second gateway',
    log,
    start: (signal) =>
      startGateway({
        command: [process.execPath, '--import', 'tsx', 'workers/gateway.ts'],
        ...{ cwd: projectRoot, env, logFile, drainMs: config.timeouts.drainMs, signal },
      }),
  });
  const { baseUrl } = (await supervised.ready()).ready;
  return { baseUrl, logFile, supervised };
}
