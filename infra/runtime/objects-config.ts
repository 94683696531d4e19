import type { ConfigProblem } from './config-error.js';
import type { ObjectsConfig } from './config-types.js';
import type { Settings } from './settings.js';
import { withoutSecrets } from './without-secrets.js';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Where files and outputs rest, and for how long: in a bucket where one is named, else in the data folder. */
export function objectsConfig(settings: Settings, problems: ConfigProblem[]): ObjectsConfig {
  const s3 = s3Config(settings, problems);
  const sealed = settings.SLUICE_OBJECTS_ENCRYPTION === 'per-object';
  if (!sealed && s3 === undefined) {
    const problem = 'is server-side, and there is no server that could seal what lies in a folder';
    const fix = 'Set SLUICE_S3_BUCKET, too, or leave it out for per-object.';
    problems.push({ setting: 'SLUICE_OBJECTS_ENCRYPTION', problem, fix });
  }
  return {
    sealed,
    maxFileBytes: settings.SLUICE_MAX_FILE_BYTES,
    retention: {
      fileMs: settings.SLUICE_FILE_RETENTION_DAYS * dayMs,
      outputMs: settings.SLUICE_OUTPUT_RETENTION_HOURS * hourMs,
    },
    ...(s3 && { s3 }),
  };
}

function s3Config(settings: Settings, problems: ConfigProblem[]): ObjectsConfig['s3'] {
  const { SLUICE_S3_BUCKET: bucket, SLUICE_S3_ENDPOINT: endpoint, SLUICE_S3_PREFIX: prefix } = settings;
  const { SLUICE_S3_PATH_STYLE: pathStyle, SLUICE_S3_KMS_KEY_ID: kmsKeyId } = settings;
  if (bucket === undefined) {
    reportWithoutBucket(settings, problems);
    return undefined;
  }
  if (kmsKeyId !== undefined && settings.SLUICE_OBJECTS_ENCRYPTION === 'per-object') {
    const problem = 'goes together with SLUICE_OBJECTS_ENCRYPTION=server-side, which is not set';
    problems.push({ setting: 'SLUICE_S3_KMS_KEY_ID', problem, fix: 'Set both, or leave both out.' });
  }
  const keys = keyPair(settings, problems);
  const s3 = {
    ...{ bucket, region: settings.SLUICE_S3_REGION },
    pathStyle: pathStyle === undefined ? endpoint !== undefined : pathStyle === 'on',
    ...(endpoint !== undefined && { endpoint }),
    ...(prefix !== undefined && { prefix }),
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(keys !== undefined && { keys }),
  };
  return withoutSecrets(s3, ['keys']);
}

/** Whoever sets a part of it means a bucket; a misspelled one would leave files in a folder in silence. */
function reportWithoutBucket(settings: Settings, problems: ConfigProblem[]): void {
  const parts = ['ENDPOINT', 'PREFIX', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'KMS_KEY_ID', 'PATH_STYLE'] as const;
  const set = parts.map((part) => `SLUICE_S3_${part}` as const).find((name) => settings[name] !== undefined);
  const reported = problems.some(({ setting }) => setting === 'SLUICE_S3_BUCKET');
  if (set === undefined || reported) return;
  const problem = `goes together with ${set}, and is not set`;
  problems.push({ setting: 'SLUICE_S3_BUCKET', problem, fix: 'Set both, or leave both out.' });
}

function keyPair(settings: Settings, problems: ConfigProblem[]): NonNullable<ObjectsConfig['s3']>['keys'] {
  const { SLUICE_S3_ACCESS_KEY_ID: accessKeyId, SLUICE_S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  const names = ['SLUICE_S3_ACCESS_KEY_ID', 'SLUICE_S3_SECRET_ACCESS_KEY'] as const;
  const missing = names.find((name) => settings[name] === undefined);
  const set = names.find((name) => settings[name] !== undefined);
  if (missing !== undefined && set !== undefined) {
    const fix = 'Set both, or neither for what AWS’s own tools would find.';
    problems.push({ setting: missing, problem: `goes together with ${set}, and is not set`, fix });
  }
  return undefined;
}
