import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { bedrockConfig } from './bedrock-config.js';
import { urlSettingOf, type CompatibleVendor } from './compatible-vendors.js';
import { azureConfig } from './azure-config.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import type {
  Config,
  Environment,
  LocalConfig,
  StartConfig,
  TemporalConfig,
  VendorConfig,
  VertexConfig,
} from './config-types.js';
import { readGoogleCredentials } from './google-credentials.js';
import { objectsConfig } from './objects-config.js';
import { KEYED_VENDORS } from './media-vendors.js';
import { ownAddressProblem } from './own-address.js';
import { readSettings, type Settings } from './settings.js';
import { withoutSecrets } from './without-secrets.js';

export { ConfigError, type ConfigProblem } from './config-error.js';
export type {
  Config,
  Environment,
  LocalConfig,
  StartConfig,
  TemporalConfig,
  VendorConfig,
  VertexConfig,
} from './config-types.js';

/** The gateway's configuration. Throws a `ConfigError` that names every problem at once. */
export function loadConfig(env: Environment = readEnvironment()): Config {
  const { config, problems } = parse(env);
  const { database, temporal, secrets } = config;
  const required: readonly (readonly [string, unknown, string])[] = [
    [
      'DATABASE_URL',
      database,
      'Set it to postgres://user:password@host:port/database, or run npm start, which brings its own.',
    ],
    [
      'TEMPORAL_ADDRESS',
      temporal.address,
      'Set it to host:port of a Temporal server, or run npm start, which brings its own.',
    ],
    [
      'SLUICE_KEY_PEPPER',
      secrets.keyPepper,
      'Set it to the output of: openssl rand -base64 32 (and keep it: keys are void without it).',
    ],
    [
      'SLUICE_MASTER_KEY',
      secrets.masterKey,
      'Set it to the output of: openssl rand -base64 32 (and keep it: stored content is unreadable without it).',
    ],
  ];
  for (const [setting, value, fix] of required) {
    const reported = problems.some((problem) => problem.setting === setting);
    if (value === undefined && !reported) problems.push({ setting, problem: 'is required and not set', fix });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config;
}

/** The configuration of `npm start`, which supplies Postgres, Temporal and secrets where none are set. */
export function loadStartConfig(env: Environment = readEnvironment()): StartConfig {
  const { config, problems } = parse(env);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/**
 * The database that an operator's command works on: DATABASE_URL, else that of the `npm start` that runs now from the
 * data folder.
 */
export function loadDatabaseUrl(env: Environment = readEnvironment()): string {
  const { config, problems } = parse(env);
  const concerning = problems.filter((problem) => problem.setting === 'DATABASE_URL');
  if (concerning.length > 0) throw new ConfigError(concerning);
  const url = config.database?.url ?? runningDatabaseUrl(config.local.dataDir);
  if (url !== undefined) return url;
  const fix = 'Set it to postgres://user:password@host:port/database, or leave npm start running meanwhile.';
  throw new ConfigError([{ setting: 'DATABASE_URL', problem: 'is not set, and no local Sluice runs from here', fix }]);
}

export interface AdminAccess {
  /** Of the gateway, without a path and without a slash at its end. */
  readonly baseUrl: string;
  readonly adminKey: string;
}

/**
 * The gateway that an operator's command works on, and the key that it does so with: SLUICE_BASE_URL and SLUICE_ADMIN_KEY,
 * else those of the `npm start` that runs now from the data folder. A key never goes to a gateway that it was not set with.
 */
export function loadAdminAccess(env: Environment = readEnvironment()): AdminAccess {
  const { settings, problems } = readSettings(env);
  const concerning = problems.filter(({ setting }) => setting === 'SLUICE_BASE_URL' || setting === 'SLUICE_ADMIN_KEY');
  if (concerning.length > 0) throw new ConfigError(concerning);
  const { SLUICE_BASE_URL: url, SLUICE_ADMIN_KEY: key } = settings;
  const local = readLocalFile(resolve(settings.SLUICE_DATA_DIR));
  const baseUrl = url?.replace(/\/v1$/, '') ?? local.baseUrl?.replace(/\/v1$/, '');
  const adminKey = key ?? (url === undefined ? local.adminKey : undefined);
  const fix = 'Set it, or leave npm start running meanwhile.';
  const missing = [
    ...(baseUrl === undefined
      ? [{ setting: 'SLUICE_BASE_URL', problem: 'is not set, and no local Sluice runs', fix }]
      : []),
    ...(adminKey === undefined
      ? [{ setting: 'SLUICE_ADMIN_KEY', problem: 'is required and not set', fix: 'Set it to an admin key.' }]
      : []),
  ];
  if (baseUrl === undefined || adminKey === undefined) throw new ConfigError(missing);
  return withoutSecrets({ baseUrl, adminKey }, ['adminKey']);
}

/**
 * The process's environment over that of the `.env` file; an empty value counts as unset, on both sides.
 * SLUICE_ENV_FILE names another file, or `off` for none.
 */
export function readEnvironment(env: Environment = process.env): Record<string, string> {
  const file = env.SLUICE_ENV_FILE || '.env';
  const merged = file === 'off' ? {} : parseDotenv(readEnvFile(file, env.SLUICE_ENV_FILE !== undefined));
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') merged[name] = value;
  return merged;
}

/** What a child process needs to run at all, and no setting of ours: tests begin with it. */
export function bareEnvironment(env: Environment = process.env): Record<string, string> {
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'NODE_EXTRA_CA_CERTS'];
  const kept = names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  return { ...Object.fromEntries(kept), SLUICE_ENV_FILE: 'off' };
}

/** Where things are kept that are large, shared by checkouts, and can be had again. */
export function cacheDirectory(env: Environment = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice');
}

function parse(env: Environment): { config: StartConfig; problems: ConfigProblem[] } {
  const { settings, problems } = readSettings(env);
  const temporal = {
    ...temporalConfig(settings, problems),
    ...(settings.TEMPORAL_ADDRESS !== undefined && { address: settings.TEMPORAL_ADDRESS }),
  };
  const config: StartConfig = {
    ...(settings.DATABASE_URL !== undefined && { database: withoutSecrets({ url: settings.DATABASE_URL }, ['url']) }),
    temporal: withoutSecrets(temporal, ['apiKey', 'tls']),
    http: httpConfig(settings),
    portIsChosen: env.SLUICE_PORT !== undefined && env.SLUICE_PORT !== '',
    timeouts: timeoutConfig(settings),
    objects: objectsConfig(settings, problems),
    jobs: jobConfig(settings),
    batches: batchConfig(settings),
    usage: { retentionDays: settings.SLUICE_USAGE_RETENTION_DAYS },
    circuits: { failures: settings.SLUICE_CIRCUIT_FAILURES },
    webhooks: webhookConfig(settings),
    catalogueRefresh: {
      urls: settings.SLUICE_CATALOGUE_REFRESH_URLS,
      everyMs: settings.SLUICE_CATALOGUE_REFRESH_HOURS * 3_600_000,
    },
    vendors: { ...vendorConfig(settings, problems), ...readVertexConfig(settings, problems) },
    proxies: proxyConfig(settings),
    secrets: secretConfig(settings),
    local: localConfig(settings),
    logLevel: settings.SLUICE_LOG_LEVEL,
  };
  const urls = [
    'SLUICE_OPENAI_BASE_URL',
    'SLUICE_ANTHROPIC_BASE_URL',
    'AZURE_OPENAI_ENDPOINT',
    'SLUICE_BEDROCK_BASE_URL',
    'SLUICE_GOOGLE_BASE_URL',
    'SLUICE_VERTEX_BASE_URL',
    ...KEYED_VENDORS.map(urlSettingOf),
  ] as const;
  for (const setting of urls) {
    const url = settings[setting];
    const problem = url === undefined ? undefined : ownAddressProblem(setting, url, config.http);
    if (problem !== undefined) problems.push(problem);
  }
  return { config, problems };
}

function httpConfig(settings: Settings): Config['http'] {
  return {
    host: settings.SLUICE_HOST,
    port: settings.SLUICE_PORT,
    // With the version at its end, as callers' own settings have it, it is the same.
    ...(settings.SLUICE_PUBLIC_URL !== undefined && { publicUrl: settings.SLUICE_PUBLIC_URL.replace(/\/v1$/, '') }),
    vendorWebhooks: settings.SLUICE_VENDOR_WEBHOOKS === 'on',
    maxInFlight: settings.SLUICE_MAX_IN_FLIGHT,
    maxBodyBytes: settings.SLUICE_MAX_BODY_BYTES,
  };
}

function webhookConfig(settings: Settings): Config['webhooks'] {
  const { SLUICE_WEBHOOKS_ALLOW_PRIVATE: allowed, SLUICE_WEBHOOKS_RETRY_SECONDS: retrySeconds } = settings;
  return { allowPrivate: allowed === 'on', ...(retrySeconds && { retrySeconds }) };
}

function timeoutConfig(settings: Settings): Config['timeouts'] {
  return {
    firstTokenMs: settings.SLUICE_FIRST_TOKEN_TIMEOUT_MS,
    totalMs: settings.SLUICE_TOTAL_TIMEOUT_MS,
    slowReaderMs: settings.SLUICE_SLOW_READER_TIMEOUT_MS,
    answerHoldMs: settings.SLUICE_ANSWER_HOLD_MS,
    keepAliveMs: settings.SLUICE_KEEP_ALIVE_MS,
    drainMs: settings.SLUICE_DRAIN_TIMEOUT_MS,
  };
}

function jobConfig(settings: Settings): Config['jobs'] {
  return {
    slots: settings.SLUICE_JOB_SLOTS,
    perOrganization: settings.SLUICE_JOBS_PER_ORGANIZATION,
    perVendor: settings.SLUICE_JOBS_PER_VENDOR,
    deadlineMs: settings.SLUICE_JOB_DEADLINE_MS,
    attemptMs: settings.SLUICE_JOB_ATTEMPT_TIMEOUT_MS,
    resultHoldMs: settings.SLUICE_JOB_RESULT_HOLD_MS,
    schedulesPerProject: settings.SLUICE_SCHEDULES_PER_PROJECT,
  };
}

function batchConfig(settings: Settings): Config['batches'] {
  return {
    maxLines: settings.SLUICE_BATCH_MAX_LINES,
    linesAtOnce: settings.SLUICE_BATCH_LINES_AT_ONCE,
    retentionMs: settings.SLUICE_BATCH_RETENTION_DAYS * 86_400_000,
    native: settings.SLUICE_BATCH_NATIVE === 'on',
    nativeFromMs: settings.SLUICE_BATCH_NATIVE_FROM_MS,
    vendorOpenMs: settings.SLUICE_VENDOR_BATCH_OPEN_MS,
    vendorMaxBytes: settings.SLUICE_VENDOR_BATCH_MAX_BYTES,
  };
}

function openAiConfig(settings: Settings): Config['vendors']['openai'] {
  const { OPENAI_API_KEY: apiKey, OPENAI_WEBHOOK_SECRET: webhookSecret, SLUICE_OPENAI_BASE_URL: baseUrl } = settings;
  const secrets = { ...(apiKey !== undefined && { apiKey }), ...(webhookSecret !== undefined && { webhookSecret }) };
  return withoutSecrets({ ...secrets, baseUrl }, ['apiKey', 'webhookSecret']);
}

function vendorConfig(settings: Settings, problems: ConfigProblem[]): Config['vendors'] {
  const [azure, accountId] = [azureConfig(settings, problems), settings.SLUICE_FIREWORKS_ACCOUNT];
  const vendor = (apiKey: string | undefined, baseUrl: string, account: { accountId?: string } = {}): VendorConfig =>
    withoutSecrets({ ...(apiKey !== undefined && { apiKey }), baseUrl, ...account }, ['apiKey']);
  const compatible = KEYED_VENDORS.flatMap((row) => {
    const { id, baseUrl: usual }: CompatibleVendor = row;
    const [apiKey, baseUrl = usual] = [settings[row.keySetting], settings[urlSettingOf(row)]];
    // One of the operator's own machines is on by its URL, all others by their key.
    const isOn = baseUrl !== undefined && (usual === undefined || apiKey !== undefined);
    const account = id === 'fireworks' && accountId !== undefined ? { accountId } : {};
    return isOn ? [[id, vendor(apiKey, baseUrl, account)] as const] : [];
  });
  const bedrock = bedrockConfig(settings, problems);
  const addressed = KEYED_VENDORS.flatMap((row) => {
    const { id, baseUrl: usual }: CompatibleVendor = row;
    const baseUrl = settings[urlSettingOf(row)] ?? usual;
    return baseUrl === undefined ? [] : [[id, baseUrl] as const];
  });
  return {
    ...(bedrock !== undefined && { bedrock: withoutSecrets(bedrock, ['apiKey', 'keys']) }),
    openai: openAiConfig(settings),
    anthropic: vendor(settings.ANTHROPIC_API_KEY, settings.SLUICE_ANTHROPIC_BASE_URL),
    ...(azure !== undefined && { azure }),
    google: vendor(settings.GEMINI_API_KEY, settings.SLUICE_GOOGLE_BASE_URL),
    compatible: Object.fromEntries(compatible),
    sandbox: settings.SLUICE_SANDBOX === 'on',
    baseUrls: {
      openai: settings.SLUICE_OPENAI_BASE_URL,
      anthropic: settings.SLUICE_ANTHROPIC_BASE_URL,
      google: settings.SLUICE_GOOGLE_BASE_URL,
      ...Object.fromEntries(addressed),
    },
  };
}

function proxyConfig({ HTTPS_PROXY: https, HTTP_PROXY: http, NO_PROXY: noProxy }: Settings): Config['proxies'] {
  const proxies = {
    ...(https !== undefined && { https }),
    ...(http !== undefined && { http }),
    ...(noProxy !== undefined && { noProxy }),
  };
  return withoutSecrets(proxies, ['https', 'http']);
}

/** Vertex AI is on where a project is named. */
function readVertexConfig(settings: Settings, problems: ConfigProblem[]): { readonly vertex?: VertexConfig } {
  const { SLUICE_VERTEX_PROJECT: project, SLUICE_VERTEX_BASE_URL: baseUrl } = settings;
  const { SLUICE_VERTEX_CREDENTIALS: written, SLUICE_VERTEX_ACCESS_TOKEN: accessToken } = settings;
  const { SLUICE_VERTEX_BATCH_BUCKET: bucket, SLUICE_VERTEX_BATCH_STORAGE_URL: storageUrl } = settings;
  if (project === undefined) return {};
  const credentials = written === undefined ? undefined : readGoogleCredentials(written, problems);
  const vertex = {
    project,
    location: settings.SLUICE_VERTEX_LOCATION,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(credentials !== undefined && { credentials }),
    ...(accessToken !== undefined && { accessToken }),
    ...(bucket !== undefined && { batches: { bucket, ...(storageUrl !== undefined && { storageUrl }) } }),
  };
  return { vertex: withoutSecrets(vertex, ['credentials', 'accessToken']) };
}

function secretConfig(settings: Settings): StartConfig['secrets'] {
  const { SLUICE_KEY_PEPPER: keyPepper, SLUICE_MASTER_KEY: masterKey } = settings;
  const previousMasterKey = settings.SLUICE_PREVIOUS_MASTER_KEY;
  const secrets = {
    ...(keyPepper && { keyPepper }),
    ...(masterKey && { masterKey }),
    ...(previousMasterKey && { previousMasterKey }),
  };
  return withoutSecrets(secrets, ['keyPepper', 'masterKey', 'previousMasterKey']);
}

function localConfig(settings: Settings): LocalConfig {
  const local = {
    dataDir: resolve(settings.SLUICE_DATA_DIR),
    limitUsd: settings.SLUICE_LOCAL_LIMIT_USD,
    ...(settings.SLUICE_LOCAL_API_KEY !== undefined && { apiKey: settings.SLUICE_LOCAL_API_KEY }),
    ...(settings.SLUICE_LOCAL_ADMIN_KEY !== undefined && { adminKey: settings.SLUICE_LOCAL_ADMIN_KEY }),
  };
  return withoutSecrets(local, ['apiKey', 'adminKey']);
}

function temporalConfig(settings: Settings, problems: ConfigProblem[]): Omit<TemporalConfig, 'address'> {
  const base = {
    namespace: settings.TEMPORAL_NAMESPACE,
    taskQueue: settings.TEMPORAL_TASK_QUEUE,
    ...(settings.TEMPORAL_API_KEY !== undefined && { apiKey: settings.TEMPORAL_API_KEY }),
  };
  const read = (setting: keyof Settings & `TEMPORAL_TLS_${string}_PATH`): Buffer | undefined => {
    const path = settings[setting];
    if (path === undefined) return undefined;
    try {
      return readFileSync(path);
    } catch {
      problems.push({
        setting,
        problem: `names a file that cannot be read: ${path}`,
        fix: 'Set it to the path of a PEM file.',
      });
      return undefined;
    }
  };
  const authority = read('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  const crt = read('TEMPORAL_TLS_CLIENT_CERT_PATH');
  const key = read('TEMPORAL_TLS_CLIENT_KEY_PATH');
  if (
    (settings.TEMPORAL_TLS_CLIENT_CERT_PATH === undefined) !==
    (settings.TEMPORAL_TLS_CLIENT_KEY_PATH === undefined)
  ) {
    const fix = 'Set both or neither.';
    problems.push({
      setting: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
      problem: 'goes together with TEMPORAL_TLS_CLIENT_KEY_PATH, and one is missing',
      fix,
    });
  }
  const tls = {
    ...(settings.TEMPORAL_TLS_SERVER_NAME !== undefined && { serverNameOverride: settings.TEMPORAL_TLS_SERVER_NAME }),
    ...(authority && { serverRootCACertificate: authority }),
    ...(crt && key && { clientCertPair: { crt, key } }),
  };
  // An API key in the clear would be anybody's, so it implies TLS; so does any of TLS's own settings.
  const implied = settings.TEMPORAL_API_KEY !== undefined || Object.keys(tls).length > 0;
  const enabled = settings.TEMPORAL_TLS === undefined ? implied : settings.TEMPORAL_TLS === 'on';
  return enabled ? { ...base, tls } : base;
}

function readEnvFile(file: string, isNamed: boolean): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!isNamed && (error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    const problem = `names a file that cannot be read: ${file}`;
    throw new ConfigError([{ setting: 'SLUICE_ENV_FILE', problem, fix: 'Name a readable file, or set it to off.' }]);
  }
}

function runningDatabaseUrl(dataDir: string): string | undefined {
  return readLocalFile(dataDir).databaseUrl;
}

/** What a running `npm start` says of itself; empty where none runs. */
function readLocalFile(dataDir: string): { readonly [name in 'databaseUrl' | 'baseUrl' | 'adminKey']?: string } {
  try {
    const file = JSON.parse(readFileSync(join(dataDir, 'local.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    const text = (name: string) => (typeof file[name] === 'string' ? { [name]: file[name] } : {});
    return { ...text('databaseUrl'), ...text('baseUrl'), ...text('adminKey') };
  } catch {
    return {};
  }
}
