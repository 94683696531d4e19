import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { cloudBatchSettings } from './cloud-batch-settings.js';
import { urlSettingOf, type CompatibleVendor } from './compatible-vendors.js';
import type { ConfigProblem } from './config-error.js';
import { KEYED_VENDORS, type KeySetting, type UrlSetting } from './media-vendors.js';
import {
  apiDate,
  bucketName,
  decodeSecret,
  folderNames,
  geminiUrl,
  httpUrl,
  httpUrls,
  namePairs,
  onOff,
  postgresUrl,
  proxyUrl,
  risingSeconds,
  wholeNumber,
} from './setting-types.js';

interface Setting<T extends z.ZodType = z.ZodType> {
  readonly type: T;
  /** A sentence that says what to set it to. */
  readonly fix: string;
}

const minuteMs = 60_000;
const mebibyte = 1024 * 1024;
/** Beyond 2^31 - 1 ms a Node timer fires at once. */
const longestTimerMs = 2_147_483_647;

const milliseconds = (defaultMs: number, leastMs = 1): Setting<z.ZodDefault<z.ZodType<number, string>>> => ({
  type: wholeNumber(leastMs, longestTimerMs).default(defaultMs),
  fix: `Set it to a whole number of milliseconds from ${leastMs} to ${longestTimerMs}, or leave it out for ${defaultMs}.`,
});
const text = <T extends z.ZodType>(type: T, fix: string): Setting<T> => ({ type, fix });
const optionalText = z.string().optional();
const secret = text(decodeSecret.optional(), 'Set it to the output of: openssl rand -base64 32');
const localKey = text(
  z
    .string()
    .regex(/^sk-sluice-[A-Za-z0-9_-]{43}$/, 'is not a Sluice key')
    .optional(),
  'Leave it out: npm start makes it.',
);
const pemPath = text(optionalText, 'Set it to the path of a PEM file.');

const optionalUrl = httpUrl.optional();
type VendorSettings = Record<KeySetting, Setting<typeof optionalText>> &
  Record<UrlSetting, Setting<typeof optionalUrl>>;

/** A key and a URL for each vendor of OpenAI's chat dialect, and for each that has no chat. */
const vendorSettings = Object.fromEntries(
  KEYED_VENDORS.flatMap((vendor) => [
    [vendor.keySetting, text(optionalText, `Set it to an API key of ${vendor.name}.`)],
    [urlSettingOf(vendor), text(optionalUrl, `Set it to a URL such as ${exampleUrl(vendor)}.`)],
  ]),
) as VendorSettings;

function exampleUrl({ baseUrl }: CompatibleVendor): string {
  return baseUrl ?? 'http://127.0.0.1:8000/v1';
}

/** Every setting that we read, with its form and its default. `.env.example` lists them for people. */
export const knownSettings = {
  DATABASE_URL: text(postgresUrl.optional(), 'Set it to postgres://user:password@host:port/database.'),
  TEMPORAL_ADDRESS: text(
    z
      .string()
      .regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'is not host:port')
      .optional(),
    'Set it to host:port without a scheme, for example temporal.internal:7233.',
  ),
  TEMPORAL_NAMESPACE: text(z.string().default('default'), 'Set it to the name of a namespace.'),
  TEMPORAL_TASK_QUEUE: text(z.string().default('sluice-interactive'), 'Set it to the name of a task queue.'),
  TEMPORAL_API_KEY: text(optionalText, 'Set it to an API key of Temporal Cloud.'),
  TEMPORAL_TLS: text(onOff.optional(), 'Set it to on or off.'),
  TEMPORAL_TLS_SERVER_NAME: text(optionalText, 'Set it to the name in the server certificate.'),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: pemPath,
  TEMPORAL_TLS_CLIENT_CERT_PATH: pemPath,
  TEMPORAL_TLS_CLIENT_KEY_PATH: pemPath,
  SLUICE_HOST: text(
    z
      .string()
      .regex(/^[^\s/]+$/, 'is not a host')
      .default('127.0.0.1'),
    'Set it to an address to listen on, for example 127.0.0.1.',
  ),
  SLUICE_PORT: text(
    wholeNumber(0, 65_535).default(8787),
    'Set it to a port from 1 to 65535, or to 0 for any free one.',
  ),
  SLUICE_PUBLIC_URL: text(
    httpUrl.optional(),
    'Set it to the URL that callers reach the gateway by, for example https://models.example.com.',
  ),
  SLUICE_VENDOR_WEBHOOKS: text(onOff.default('on'), 'Set it to on or off.'),
  SLUICE_BASE_URL: text(
    httpUrl.optional(),
    'Set it to the URL of the gateway that `npm run sluice` works on, for example https://models.example.com.',
  ),
  SLUICE_ADMIN_KEY: text(optionalText, 'Set it to an admin key of the organisation.'),
  SLUICE_DATA_DIR: text(z.string().default('.sluice'), 'Set it to a folder.'),
  SLUICE_ENV_FILE: text(optionalText, 'Set it to the path of a file, or to off.'),
  SLUICE_LOG_LEVEL: text(
    z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { error: 'is not a log level' })
      .default('info'),
    'Set it to trace, debug, info, warn, error, fatal or silent.',
  ),
  OPENAI_API_KEY: text(optionalText, 'Set it to an API key of OpenAI.'),
  OPENAI_WEBHOOK_SECRET: text(
    z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/=]+$/)
      .optional(),
    "Set it to the secret of a webhook in OpenAI's dashboard, which begins with whsec_.",
  ),
  ANTHROPIC_API_KEY: text(optionalText, 'Set it to an API key of Anthropic.'),
  GEMINI_API_KEY: text(optionalText, 'Set it to an API key of Google AI Studio.'),
  SLUICE_OPENAI_BASE_URL: text(
    httpUrl.default('https://api.openai.com/v1'),
    'Set it to a URL such as https://api.openai.com/v1.',
  ),
  SLUICE_ANTHROPIC_BASE_URL: text(
    httpUrl.default('https://api.anthropic.com'),
    'Set it to a URL such as https://api.anthropic.com.',
  ),
  SLUICE_GOOGLE_BASE_URL: text(
    geminiUrl.default('https://generativelanguage.googleapis.com/v1beta'),
    'Set it to a URL such as https://generativelanguage.googleapis.com/v1beta.',
  ),
  SLUICE_VERTEX_PROJECT: text(
    z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9:.-]*$/, 'is not the id of a project')
      .optional(),
    'Set it to the id of a project of Google Cloud.',
  ),
  SLUICE_VERTEX_LOCATION: text(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, 'is not a location')
      .default('global'),
    'Set it to a location of Vertex AI, for example europe-west4, or leave it out for global.',
  ),
  SLUICE_VERTEX_CREDENTIALS: text(
    optionalText,
    "Set it to a service account's key, as JSON or as the path of its file, or leave it out for the machine's own.",
  ),
  SLUICE_VERTEX_ACCESS_TOKEN: text(optionalText, 'Set it to an access token of Google Cloud, or leave it out.'),
  SLUICE_VERTEX_BASE_URL: text(optionalUrl, 'Set it to a URL such as https://aiplatform.googleapis.com.'),
  ...vendorSettings,
  AZURE_OPENAI_ENDPOINT: text(
    httpUrl.optional(),
    'Set it to the endpoint of a resource, for example https://my-resource.openai.azure.com.',
  ),
  AZURE_OPENAI_API_KEY: text(optionalText, 'Set it to a key of the Azure resource.'),
  AZURE_TENANT_ID: text(optionalText, 'Set it to the id of a tenant of Microsoft Entra ID.'),
  AZURE_CLIENT_ID: text(optionalText, 'Set it to the id of an application of Microsoft Entra ID.'),
  AZURE_CLIENT_SECRET: text(optionalText, 'Set it to a secret of that application.'),
  SLUICE_AZURE_ENTRA: text(onOff.default('off'), 'Set it to on or off.'),
  SLUICE_AZURE_API_VERSION: text(apiDate.optional(), 'Leave it out for the v1 API, or set it as in 2024-10-21.'),
  SLUICE_AZURE_DEPLOYMENTS: text(namePairs.default({}), 'Set it as in gpt-4o=my-gpt-4o,eu/gpt-5.4=gpt-54-europe.'),
  SLUICE_AZURE_BATCH_DEPLOYMENTS: text(namePairs.optional(), 'Set it as in gpt-4o=my-gpt-4o-batch.'),
  HTTPS_PROXY: text(proxyUrl.optional(), 'Set it to a URL such as http://proxy.internal:3128.'),
  HTTP_PROXY: text(proxyUrl.optional(), 'Set it to a URL such as http://proxy.internal:3128.'),
  NO_PROXY: text(optionalText, 'Set it to hosts with commas between, for example .internal,10.0.0.0/8.'),
  SLUICE_BEDROCK_REGION: text(
    z
      .string()
      .regex(/^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/, 'is not a region of AWS')
      .optional(),
    'Set it to a region of AWS such as us-east-1, or leave it out: Amazon Bedrock is on where it is set.',
  ),
  SLUICE_BEDROCK_BASE_URL: text(
    optionalUrl,
    'Set it to a URL such as https://bedrock-runtime.us-east-1.amazonaws.com, or leave it out.',
  ),
  ...cloudBatchSettings,
  AWS_BEARER_TOKEN_BEDROCK: text(optionalText, 'Set it to an API key of Amazon Bedrock.'),
  AWS_ACCESS_KEY_ID: text(optionalText, 'Set it to the id of an access key of AWS.'),
  AWS_SECRET_ACCESS_KEY: text(optionalText, 'Set it to the secret of the access key.'),
  AWS_SESSION_TOKEN: text(optionalText, 'Set it to the session token of temporary credentials.'),
  AWS_PROFILE: text(optionalText, "Set it to a profile of AWS's own files."),
  SLUICE_SANDBOX: text(onOff.default('on'), 'Set it to on or off.'),
  SLUICE_MAX_IN_FLIGHT: text(wholeNumber(1, 100_000).default(256), 'Set it to a whole number from 1 to 100000.'),
  SLUICE_MAX_BODY_BYTES: text(
    wholeNumber(1_024, 1024 * mebibyte).default(32 * mebibyte),
    'Set it to a whole number of bytes from 1024 to 1073741824.',
  ),
  SLUICE_FIRST_TOKEN_TIMEOUT_MS: milliseconds(minuteMs),
  SLUICE_TOTAL_TIMEOUT_MS: milliseconds(10 * minuteMs),
  SLUICE_SLOW_READER_TIMEOUT_MS: milliseconds(30_000),
  SLUICE_ANSWER_HOLD_MS: milliseconds(60 * minuteMs, 0),
  SLUICE_KEEP_ALIVE_MS: milliseconds(15_000),
  SLUICE_DRAIN_TIMEOUT_MS: milliseconds(10 * minuteMs),
  SLUICE_JOB_SLOTS: text(wholeNumber(0, 10_000).default(32), 'Set it to a whole number from 0 to 10000.'),
  SLUICE_JOBS_PER_ORGANIZATION: text(wholeNumber(0, 100_000).default(0), 'Set it to a whole number, or to 0 for any.'),
  SLUICE_JOBS_PER_VENDOR: text(wholeNumber(0, 100_000).default(0), 'Set it to a whole number, or to 0 for any.'),
  SLUICE_JOB_DEADLINE_MS: milliseconds(24 * 60 * minuteMs, 1_000),
  SLUICE_JOB_ATTEMPT_TIMEOUT_MS: milliseconds(60 * minuteMs, 1_000),
  SLUICE_JOB_RESULT_HOLD_MS: milliseconds(24 * 60 * minuteMs, 1_000),
  SLUICE_SCHEDULES_PER_PROJECT: text(
    wholeNumber(0, 100_000).default(100),
    'Set it to a whole number, to 0 for none, or leave it out for 100.',
  ),
  SLUICE_BATCH_MAX_LINES: text(
    wholeNumber(1, 10_000_000).default(100_000),
    'Set it to a whole number from 1 to 10000000, or leave it out for 100000.',
  ),
  SLUICE_BATCH_LINES_AT_ONCE: text(
    wholeNumber(1, 1_000).default(64),
    'Set it to a whole number from 1 to 1000, or leave it out for 64.',
  ),
  SLUICE_BATCH_NATIVE: text(onOff.default('on'), 'Set it to on or off.'),
  SLUICE_BATCH_NATIVE_FROM_MS: milliseconds(24 * 60 * minuteMs),
  SLUICE_VENDOR_BATCH_OPEN_MS: milliseconds(10 * minuteMs, 100),
  SLUICE_VENDOR_BATCH_MAX_BYTES: text(
    wholeNumber(1_000, 200_000_000).default(100_000_000),
    'Set it to a whole number of bytes from 1000 to 200000000, or leave it out for 100000000.',
  ),
  SLUICE_BATCH_RETENTION_DAYS: text(
    wholeNumber(1, 3_650).default(30),
    'Set it to a whole number of days from 1 to 3650, or leave it out for 30.',
  ),
  SLUICE_CIRCUIT_FAILURES: text(
    wholeNumber(0, 1_000).default(5),
    'Set it to a whole number from 1 to 1000, to 0 for no circuits, or leave it out for 5.',
  ),
  SLUICE_USAGE_RETENTION_DAYS: text(
    wholeNumber(1, 36_500).default(400),
    'Set it to a whole number of days from 1 to 36500, or leave it out for 400.',
  ),
  SLUICE_WEBHOOKS_ALLOW_PRIVATE: text(onOff.default('off'), 'Set it to on or off.'),
  SLUICE_WEBHOOKS_RETRY_SECONDS: text(
    risingSeconds.optional(),
    'Set it to when a webhook is tried again, in seconds after the first attempt, as in 5,300,1800, or leave it out.',
  ),
  SLUICE_CATALOGUE_REFRESH_URLS: text(
    httpUrls.default([]),
    'Set it to URLs of price maps in the form of LiteLLM, with spaces between them, or leave it out for no refresh.',
  ),
  SLUICE_CATALOGUE_REFRESH_HOURS: text(
    wholeNumber(1, 8_760).default(24),
    'Set it to a whole number of hours from 1 to 8760, or leave it out for 24.',
  ),
  SLUICE_OBJECTS_ENCRYPTION: text(
    z.enum(['per-object', 'server-side'], { error: 'is neither per-object nor server-side' }).default('per-object'),
    'Set it to per-object, or to server-side for a bucket whose own URLs are to give what is stored.',
  ),
  SLUICE_MAX_FILE_BYTES: text(
    wholeNumber(1_024, 1024 * 1024 * mebibyte).default(512 * mebibyte),
    'Set it to a whole number of bytes from 1024 to 1099511627776, or leave it out for 536870912.',
  ),
  SLUICE_FILE_RETENTION_DAYS: text(
    wholeNumber(1, 3_650).default(30),
    'Set it to a whole number of days from 1 to 3650, or leave it out for 30.',
  ),
  SLUICE_OUTPUT_RETENTION_HOURS: text(
    wholeNumber(1, 8_760).default(24),
    'Set it to a whole number of hours from 1 to 8760, or leave it out for 24.',
  ),
  SLUICE_S3_BUCKET: text(bucketName.optional(), 'Set it to the name of a bucket, or leave it out for a local folder.'),
  SLUICE_S3_REGION: text(
    z
      .string()
      .regex(/^[a-z0-9-]+$/, 'is not a region')
      .default('us-east-1'),
    'Set it to a region such as eu-central-1, or leave it out for us-east-1.',
  ),
  SLUICE_S3_ENDPOINT: text(optionalUrl, 'Set it to the URL of a server that speaks S3, or leave it out for AWS.'),
  SLUICE_S3_PATH_STYLE: text(
    onOff.optional(),
    'Set it to on or off, or leave it out: on where SLUICE_S3_ENDPOINT is set.',
  ),
  SLUICE_S3_PREFIX: text(folderNames.optional(), 'Set it to names with slashes between, such as gateway/production.'),
  SLUICE_S3_ACCESS_KEY_ID: text(
    optionalText,
    "Set it to the id of an access key, or leave it out for AWS's own settings.",
  ),
  SLUICE_S3_SECRET_ACCESS_KEY: text(optionalText, 'Set it to the secret of the access key.'),
  SLUICE_S3_KMS_KEY_ID: text(optionalText, 'Set it to the id of a key of AWS KMS, or leave it out for AES256.'),
  SLUICE_LOCAL_LIMIT_USD: text(
    // Nine decimals are the smallest unit of account; nine digits before them stay far inside a bigint column.
    z
      .string()
      .regex(/^\d{1,9}(\.\d{1,9})?$/, 'is not an amount of USD')
      .default('20'),
    'Set it to an amount of USD such as 20 or 0.50.',
  ),
  SLUICE_LOCAL_API_KEY: localKey,
  SLUICE_LOCAL_ADMIN_KEY: localKey,
  SLUICE_KEY_PEPPER: secret,
  SLUICE_MASTER_KEY: secret,
  SLUICE_PREVIOUS_MASTER_KEY: secret,
} satisfies Record<string, Setting>;

type Known = typeof knownSettings;
export type Settings = { readonly [Name in keyof Known]: z.output<Known[Name]['type']> };

const names = Object.keys(knownSettings) as (keyof Known)[];

/**
 * Reads every known setting. A setting with a problem has its default in `settings`, so that what depends on it can be
 * checked as well and all problems come out together.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): {
  settings: Settings;
  problems: ConfigProblem[];
} {
  const problems: ConfigProblem[] = misspelledSettings(env);
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const { type, fix }: Setting = knownSettings[name];
    const text = env[name] || lowerCaseProxy(env, name);
    const parsed = type.safeParse(text === '' ? undefined : text);
    if (!parsed.success)
      problems.push({ setting: name, problem: parsed.error.issues[0]?.message ?? 'is not valid', fix });
    values[name] = parsed.success ? parsed.data : type.safeParse(undefined).data;
  }
  return { settings: values as Settings, problems };
}

/** Proxies are set in either case by custom; these names are others' as well as ours. */
function lowerCaseProxy(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return name.endsWith('_PROXY') ? env[name.toLowerCase()] : undefined;
}

/** A name of ours with a slip in it would be passed over in silence; names that only look alike from afar may be others' own. */
function misspelledSettings(env: Readonly<Record<string, string | undefined>>): ConfigProblem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('SLUICE_') && !(name in knownSettings) && env[name] !== '')
    .flatMap((name) => {
      const meant = names.find((known) => distance(known, name) <= 2);
      return meant === undefined ? [] : [{ setting: name, problem: 'is not a setting', fix: `Did you mean ${meant}?` }];
    });
}
