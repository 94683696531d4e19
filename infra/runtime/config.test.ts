import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import {
  cacheDirectory,
  ConfigError,
  loadAdminAccess,
  loadConfig,
  loadDatabaseUrl,
  loadStartConfig,
  readEnvironment,
} from './config.js';
import { knownSettings } from './settings.js';

const secret = Buffer.alloc(32, 7).toString('base64');
const complete = {
  DATABASE_URL: 'postgres://someone:hunter2@db.internal:5432/sluice',
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  SLUICE_KEY_PEPPER: secret,
  SLUICE_MASTER_KEY: secret,
};

function problemsOf(load: () => unknown): Record<string, string> {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError)
      return Object.fromEntries(error.problems.map(({ setting, problem }) => [setting, problem]));
    throw error;
  }
  return {};
}

test('defaults are the documented ones, and empty values count as unset', () => {
  const config = loadConfig({ ...complete, SLUICE_PORT: '', OPENAI_API_KEY: '', SLUICE_SANDBOX: '' });
  expect(config.http).toEqual({
    host: '127.0.0.1',
    port: 8787,
    maxInFlight: 256,
    maxBodyBytes: 33_554_432,
    vendorWebhooks: true,
  });
  expect(config.timeouts).toEqual({
    firstTokenMs: 60_000,
    totalMs: 600_000,
    slowReaderMs: 30_000,
    answerHoldMs: 3_600_000,
    keepAliveMs: 15_000,
    drainMs: 600_000,
  });
  expect(config.vendors.openai.apiKey).toBeUndefined();
  expect(config.vendors.sandbox).toBe(true);
  expect(config.usage).toEqual({ retentionDays: 400 });
  expect(config.circuits).toEqual({ failures: 5 });
  expect(config.temporal.tls).toBeUndefined();
  expect(config.secrets.masterKey).toEqual(Buffer.alloc(32, 7));
});

test.each(['https://models.example.com', 'https://models.example.com/', 'https://models.example.com/v1'])(
  'callers reach us at %s by the same URL',
  (url) => {
    const { http } = loadConfig({ ...complete, SLUICE_PUBLIC_URL: url });
    expect(http.publicUrl).toBe('https://models.example.com');
  },
);

test('all problems come at once, each with its setting and a way out', () => {
  const env = {
    SLUICE_PORT: '99999',
    SLUICE_MAX_IN_FLIGHT: 'many',
    SLUICE_SANDBOX: 'yes',
    SLUICE_KEY_PEPPER: 'c2hvcnQ=',
    SLUICE_PROT: '1',
  };
  const problems = problemsOf(() => loadConfig(env));
  expect(Object.keys(problems).sort()).toEqual(
    [
      'DATABASE_URL',
      'SLUICE_KEY_PEPPER',
      'SLUICE_MASTER_KEY',
      'SLUICE_MAX_IN_FLIGHT',
      'SLUICE_PORT',
      'SLUICE_PROT',
      'SLUICE_SANDBOX',
      'TEMPORAL_ADDRESS',
    ].sort(),
  );
  expect(problems['SLUICE_KEY_PEPPER']).toBe('is not 32 bytes in base64');
  expect(() => loadConfig(env)).toThrow(/Did you mean SLUICE_PORT\?/);
});

test('npm start needs neither database nor Temporal nor secrets, but minds what is set', () => {
  const config = loadStartConfig({});
  expect([config.database, config.temporal.address, config.secrets.masterKey]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([config.portIsChosen, loadStartConfig({ SLUICE_PORT: '8787' }).portIsChosen]).toEqual([false, true]);
  expect(problemsOf(() => loadStartConfig({ SLUICE_LOCAL_LIMIT_USD: '-1' }))).toHaveProperty('SLUICE_LOCAL_LIMIT_USD');
});

describe('a vendor URL that points at this gateway', () => {
  const openai = (url: string, more: Record<string, string> = {}): Record<string, string> =>
    problemsOf(() => loadStartConfig({ SLUICE_OPENAI_BASE_URL: url, ...more }));

  test.each([
    'http://127.0.0.1:8787/v1',
    'http://localhost:8787/v1',
    'http://LOCALHOST.:8787',
    'http://api.localhost:8787',
    'http://127.9.9.9:8787/v1',
    'http://2130706433:8787/v1',
    'http://0.0.0.0:8787/v1',
    'http://[::1]:8787/v1',
    'http://[::ffff:127.0.0.1]:8787/v1',
  ])('is refused: %s', (url) => {
    expect(openai(url)).toEqual({ SLUICE_OPENAI_BASE_URL: 'points at this gateway itself' });
  });

  test.each([
    'http://127.0.0.1:8788/v1',
    'http://localhost/v1',
    'https://api.openai.com/v1',
    'http://10.0.0.7:8787/v1',
  ])('and no other: %s', (url) => {
    expect(openai(url)).toEqual({});
  });

  test('is refused by its public name and by the port in use, too', () => {
    expect(openai('https://models.example.com/v1', { SLUICE_PUBLIC_URL: 'https://models.example.com' })).toHaveProperty(
      'SLUICE_OPENAI_BASE_URL',
    );
    expect(openai('http://localhost:9000', { SLUICE_PORT: '9000' })).toHaveProperty('SLUICE_OPENAI_BASE_URL');
    expect(openai('http://localhost:8787', { SLUICE_HOST: '0.0.0.0' })).toHaveProperty('SLUICE_OPENAI_BASE_URL');
  });

  test("the callers' own variables are not read", () => {
    const config = loadStartConfig({
      OPENAI_BASE_URL: 'http://127.0.0.1:8787/v1',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:8787',
    });
    expect(config.vendors.openai.baseUrl).toBe('https://api.openai.com/v1');
    expect(config.vendors.anthropic.baseUrl).toBe('https://api.anthropic.com');
  });
});

describe("vendors of OpenAI's chat dialect", () => {
  const compatible = (env: Record<string, string>) => loadStartConfig(env).vendors.compatible;

  test('are on by their key, at their own URL or another', () => {
    expect(compatible({})).toEqual({});
    expect(compatible({ SLUICE_GROQ_BASE_URL: 'https://proxy.example.com/groq' })).toEqual({});
    expect(
      compatible({ GROQ_API_KEY: 'g', HF_TOKEN: 'h', SLUICE_GROQ_BASE_URL: 'https://proxy.example.com/' }),
    ).toEqual({
      groq: { apiKey: 'g', baseUrl: 'https://proxy.example.com' },
      huggingface: { apiKey: 'h', baseUrl: 'https://router.huggingface.co/v1' },
    });
  });

  test('have an account beside their key where their batches want one, and tell no secret for it', () => {
    const env = { FIREWORKS_API_KEY: 'fw_secret', GROQ_API_KEY: 'g', SLUICE_FIREWORKS_ACCOUNT: 'my-account' };
    expect(compatible(env)['fireworks']).toMatchObject({ apiKey: 'fw_secret', accountId: 'my-account' });
    expect(compatible(env)['groq']).not.toHaveProperty('accountId');
    expect(JSON.stringify(compatible(env))).not.toContain('fw_secret');
  });

  test('on a machine of the operator’s are on by their URL, with a key or without', () => {
    const url = 'http://127.0.0.1:11434/v1';
    expect(compatible({ OLLAMA_API_KEY: 'k' })).toEqual({});
    expect(compatible({ SLUICE_OLLAMA_BASE_URL: url })).toEqual({ ollama: { baseUrl: url } });
    expect(compatible({ SLUICE_VLLM_BASE_URL: url, VLLM_API_KEY: 'k' })).toEqual({
      vllm: { baseUrl: url, apiKey: 'k' },
    });
  });

  test('have their mistakes told together, each with its setting', () => {
    const env = {
      SLUICE_XAI_BASE_URL: 'x.ai',
      SLUICE_VLLM_BASE_URL: 'http://localhost:8787/v1',
      SLUICE_GROK_BASE_URL: 'g',
    };
    expect(problemsOf(() => loadStartConfig(env))).toEqual({
      SLUICE_XAI_BASE_URL: 'is not an http or https URL',
      SLUICE_VLLM_BASE_URL: 'points at this gateway itself',
      SLUICE_GROK_BASE_URL: 'is not a setting',
    });
  });

  test('show no key', () => {
    const config = loadStartConfig({ GROQ_API_KEY: 'gsk-very-secret' });
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('gsk-very-secret');
  });
});

describe('proxies', () => {
  const proxies = (env: Record<string, string>) => loadStartConfig(env).proxies;

  test('are those of the environment, in either case', () => {
    expect(proxies({})).toEqual({});
    expect(proxies({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.internal' })).toEqual({
      https: 'http://proxy:3128/',
      noProxy: '.internal',
    });
    expect(proxies({ https_proxy: 'proxy:3128', http_proxy: 'https://p', no_proxy: 'a' })).toEqual({
      https: 'http://proxy:3128/',
      http: 'https://p/',
      noProxy: 'a',
    });
    expect(proxies({ HTTPS_PROXY: 'http://upper', https_proxy: 'http://lower' }).https).toBe('http://upper/');
    expect(proxies({ HTTPS_PROXY: '', https_proxy: 'http://lower' }).https).toBe('http://lower/');
  });

  test.each(['socks5://proxy:1080', 'http://', 'http://a b', 'ftp://proxy'])(
    'that cannot be used are told: %s',
    (url) => {
      expect(problemsOf(() => loadStartConfig({ HTTPS_PROXY: url }))).toEqual({
        HTTPS_PROXY: 'is not the URL of an http or https proxy',
      });
    },
  );

  test('show no password', () => {
    const config = loadStartConfig({
      HTTPS_PROXY: 'http://someone:hunter2@proxy',
      HTTP_PROXY: 'someone:hunter2@proxy',
    });
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('hunter2');
  });
});

describe('Google', () => {
  const vendors = (env: Record<string, string>) => loadStartConfig(env).vendors;

  test('is at the Gemini API by its key, at its own URL or another', () => {
    expect(vendors({}).google.apiKey).toBeUndefined();
    expect(vendors({ GEMINI_API_KEY: 'g' }).google).toEqual({
      apiKey: 'g',
      baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    });
    for (const url of [
      'https://p.example.com',
      'https://p.example.com/v1beta',
      'https://p.example.com/v1beta/openai',
    ]) {
      expect(vendors({ SLUICE_GOOGLE_BASE_URL: url }).google.baseUrl).toBe(url);
    }
  });

  test('is asked in no version but the one that is spoken', () => {
    const problem = 'ends with another version than v1beta, in which the gateway speaks';
    for (const end of ['/v1', '/v1/openai', '/v1alpha']) {
      const env = { SLUICE_GOOGLE_BASE_URL: `https://p.example.com${end}` };
      expect(problemsOf(() => loadStartConfig(env))).toEqual({ SLUICE_GOOGLE_BASE_URL: problem });
    }
  });

  test('is on Vertex AI where a project is named, with a key, a file or what the machine has', () => {
    const key = JSON.stringify({ type: 'service_account', private_key: 'very-secret' });
    const folder = mkdtempSync(join(tmpdir(), 'sluice-vertex-'));
    const path = join(folder, 'key.json');
    writeFileSync(path, key);
    expect(vendors({ SLUICE_VERTEX_LOCATION: 'europe-west4' }).vertex).toBeUndefined();
    expect(vendors({ SLUICE_VERTEX_PROJECT: 'p' }).vertex).toEqual({ project: 'p', location: 'global' });
    for (const written of [key, path]) {
      const config = vendors({ SLUICE_VERTEX_PROJECT: 'p', SLUICE_VERTEX_CREDENTIALS: written });
      expect(config.vertex?.credentials).toEqual(JSON.parse(key));
      expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('very-secret');
    }
    rmSync(folder, { recursive: true });
  });

  test('is told of credentials that are none, without a word of them', () => {
    const problems = (written: string) =>
      problemsOf(() => loadStartConfig({ SLUICE_VERTEX_PROJECT: 'p', SLUICE_VERTEX_CREDENTIALS: written }));
    expect(problems('/no/such/file')).toEqual({ SLUICE_VERTEX_CREDENTIALS: 'names a file that cannot be read' });
    for (const written of ['{"a": 1}', '{oh no']) {
      expect(problems(written)).toEqual({ SLUICE_VERTEX_CREDENTIALS: 'is no key of Google Cloud' });
    }
  });
});

test('no secret is printed, neither of a configuration nor of a problem', () => {
  const key = 'sk-very-secret';
  const config = loadConfig({ ...complete, OPENAI_API_KEY: key, TEMPORAL_API_KEY: key });
  for (const text of [inspect(config, { depth: 9 }), JSON.stringify(config)]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(secret);
    expect(text).toContain('[set]');
  }
  expect(config.vendors.openai.apiKey).toBe(key);
  const bad = {
    DATABASE_URL: 'mysql://u:hunter2@h/d',
    SLUICE_MASTER_KEY: key,
    SLUICE_OPENAI_BASE_URL: 'https://u:hunter2@h/v1',
  };
  expect(() => loadStartConfig(bad)).toThrow(ConfigError);
  expect(() => loadStartConfig(bad)).not.toThrow(/hunter2|sk-very-secret/);
});

test('an API key for Temporal implies TLS', () => {
  expect(loadStartConfig({ TEMPORAL_API_KEY: 'k' }).temporal.tls).toEqual({});
  expect(loadStartConfig({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'off' }).temporal.tls).toBeUndefined();
  expect(
    problemsOf(() => loadStartConfig({ TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere.pem' }))[
      'TEMPORAL_TLS_CLIENT_CERT_PATH'
    ],
  ).toMatch(/missing/);
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  const file = join(folder, 'settings');
  writeFileSync(file, 'SLUICE_PORT=9001\nSLUICE_HOST=127.0.0.2\nOPENAI_API_KEY=from-file\n');

  test('the real environment wins over .env, unless it is empty', () => {
    const env = readEnvironment({ SLUICE_ENV_FILE: file, SLUICE_PORT: '9002', OPENAI_API_KEY: '' });
    expect(env).toMatchObject({ SLUICE_PORT: '9002', SLUICE_HOST: '127.0.0.2', OPENAI_API_KEY: 'from-file' });
    expect(readEnvironment({ SLUICE_ENV_FILE: 'off', A: 'b' })).toEqual({ SLUICE_ENV_FILE: 'off', A: 'b' });
    expect(problemsOf(() => readEnvironment({ SLUICE_ENV_FILE: join(folder, 'nowhere') }))).toHaveProperty(
      'SLUICE_ENV_FILE',
    );
  });

  test("an operator's command finds the database that runs from the data folder", () => {
    const env = { SLUICE_DATA_DIR: folder };
    expect(problemsOf(() => loadDatabaseUrl(env))).toHaveProperty('DATABASE_URL');
    writeFileSync(join(folder, 'local.json'), JSON.stringify({ databaseUrl: 'postgres://local' }));
    expect(loadDatabaseUrl(env)).toBe('postgres://local');
    expect(loadDatabaseUrl({ ...env, DATABASE_URL: complete.DATABASE_URL })).toBe(complete.DATABASE_URL);
    rmSync(folder, { recursive: true });
  });
});

test('the cache is where the platform wants it', () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: '/elsewhere' })).toBe('/elsewhere/sluice');
});

test('.env.example names every setting that a user may set', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const internal = ['SLUICE_LOCAL_API_KEY', 'SLUICE_LOCAL_ADMIN_KEY', 'SLUICE_ENV_FILE'];
  for (const name of Object.keys(knownSettings)) if (!internal.includes(name)) expect(example).toContain(`${name}=`);
  expect(
    problemsOf(() =>
      loadStartConfig(readEnvironment({ SLUICE_ENV_FILE: new URL('../../.env.example', import.meta.url).pathname })),
    ),
  ).toEqual({});
});

describe('loadAdminAccess', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-access-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const local = { baseUrl: 'http://127.0.0.1:1/v1', adminKey: 'local' };
  writeFileSync(join(folder, 'local.json'), JSON.stringify(local));
  const access = (env: Record<string, string>) => loadAdminAccess({ SLUICE_DATA_DIR: folder, ...env });

  test('is that of a running npm start, and gives way to what is set', () => {
    expect(access({})).toMatchObject({ baseUrl: 'http://127.0.0.1:1', adminKey: 'local' });
    const set = { SLUICE_BASE_URL: 'https://models.example.com/v1/', SLUICE_ADMIN_KEY: 'set' };
    expect(access(set)).toMatchObject({ baseUrl: 'https://models.example.com', adminKey: 'set' });
  });

  test('sends no local key to a gateway elsewhere, and shows none', () => {
    const elsewhere = { SLUICE_BASE_URL: 'https://models.example.com' };
    expect(() => access(elsewhere)).toThrow('SLUICE_ADMIN_KEY is required and not set');
    expect(() => access({ SLUICE_DATA_DIR: join(folder, 'none') })).toThrow('SLUICE_BASE_URL is not set');
    expect(JSON.stringify(access({}))).not.toContain('"local"');
  });
});
