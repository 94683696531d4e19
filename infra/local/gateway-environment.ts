import type { StartConfig } from '../runtime/config.js';
import type { LocalSecrets } from './local-secrets.js';

export interface GatewayEnvironmentInput {
  /** The environment that the start was configured by, `.env` included. */
  readonly base: Readonly<Record<string, string>>;
  readonly config: StartConfig;
  readonly port: number;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly secrets: LocalSecrets;
}

/** The environment of the gateway that we start: the user's settings, completed by what we have started and made. */
export function gatewayEnvironment({
  base,
  config,
  port,
  databaseUrl,
  temporalAddress,
  secrets,
}: GatewayEnvironmentInput): Record<string, string> {
  const env: Record<string, string> = {
    SLUICE_KEY_PEPPER: secrets.keyPepper,
    SLUICE_MASTER_KEY: secrets.masterKey,
    SLUICE_LOCAL_API_KEY: secrets.apiKey,
    SLUICE_LOCAL_ADMIN_KEY: secrets.adminKey,
    ...base,
    // The file has been read already; a second reading could find another one.
    SLUICE_ENV_FILE: 'off',
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    SLUICE_PORT: String(port),
    SLUICE_DATA_DIR: config.local.dataDir,
  };
  // Our own Temporal speaks plainly on loopback; credentials for another one must not reach it.
  if (config.temporal.address === undefined) {
    for (const name of Object.keys(env))
      if (name === 'TEMPORAL_API_KEY' || name.startsWith('TEMPORAL_TLS')) delete env[name];
  }
  return env;
}
