import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../infra/runtime/config.js';
import { createLog } from '../../infra/runtime/log.js';
import { startGateway } from '../../workers/start-gateway.js';
import { installQuietRuntime } from './quiet-runtime.js';
import { createTestDatabase, createTestFolder, testTemporal } from './services.js';

export interface TestGatewayOptions {
  /** Settings over the harness's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the vendors are; each that is given is configured. */
  readonly vendors?: { readonly openaiBaseUrl?: string; readonly anthropicBaseUrl?: string };
  /** Another gateway's database and task queue: this one is a second process beside it, as far as they can tell. */
  readonly beside?: TestGateway;
}

export interface TestGateway {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  /** Without a path. */
  readonly origin: string;
  readonly apiKey: string;
  readonly adminKey: string;
  readonly databaseUrl: string;
  readonly taskQueue: string;
  /** Every setting that it was started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Drains it, and drops its database unless another gateway had made it. */
  close(): Promise<void>;
}

const localKey = (): string => `sk-sluice-${randomBytes(32).toString('base64url')}`;
const secret = (): string => randomBytes(32).toString('base64');

/** A whole gateway in this process, on a database and a task queue of its own, with a credit of 1 USD. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  installQuietRuntime();
  const database = options.beside ? undefined : await createTestDatabase();
  const temporal = testTemporal();
  const env: Record<string, string> = {
    SLUICE_ENV_FILE: 'off',
    SLUICE_LOG_LEVEL: 'warn',
    SLUICE_PORT: '0',
    SLUICE_DRAIN_TIMEOUT_MS: '20000',
    // A vendor that fails on purpose in one test would be asked last in the next one of the same gateway.
    SLUICE_CIRCUIT_FAILURES: '0',
    // The fake vendor's batches are scripted by the tests that are about them.
    SLUICE_BATCH_NATIVE: 'off',
    SLUICE_LOCAL_LIMIT_USD: '1',
    SLUICE_LOCAL_API_KEY: localKey(),
    SLUICE_LOCAL_ADMIN_KEY: localKey(),
    SLUICE_KEY_PEPPER: secret(),
    SLUICE_MASTER_KEY: secret(),
    SLUICE_DATA_DIR: await createTestFolder(),
    DATABASE_URL: database?.url ?? '',
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_TASK_QUEUE: `test-${randomBytes(6).toString('hex')}`,
    ...(options.vendors?.openaiBaseUrl !== undefined && {
      OPENAI_API_KEY: 'sk-fake-openai',
      SLUICE_OPENAI_BASE_URL: options.vendors.openaiBaseUrl,
    }),
    ...(options.vendors?.anthropicBaseUrl !== undefined && {
      ANTHROPIC_API_KEY: 'sk-fake-anthropic',
      SLUICE_ANTHROPIC_BASE_URL: options.vendors.anthropicBaseUrl,
    }),
    ...options.beside?.env,
    ...options.env,
  };
  const config = loadConfig(env);
  const gateway = await startGateway(config, createLog(config.logLevel));
  return {
    baseUrl: `${gateway.baseUrl}/v1`,
    origin: gateway.baseUrl,
    apiKey: config.local.apiKey ?? '',
    adminKey: config.local.adminKey ?? '',
    databaseUrl: config.database.url,
    taskQueue: config.temporal.taskQueue,
    env,
    close: async () => {
      await gateway.drain();
      await database?.drop();
    },
  };
}
