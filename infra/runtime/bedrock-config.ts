import type { ConfigProblem } from './config-error.js';
import type { BedrockBatchConfig, BedrockConfig } from './config-types.js';
import type { Settings } from './settings.js';

/**
 * Amazon Bedrock, where its region is set; `problems` gets what does not go together. AWS's own settings may be there for
 * other programs, so that nothing is said of them while Bedrock is off.
 */
export function bedrockConfig(settings: Settings, problems: ConfigProblem[]): BedrockConfig | undefined {
  const { SLUICE_BEDROCK_REGION: region, SLUICE_BEDROCK_BASE_URL: baseUrl } = settings;
  if (region === undefined) {
    const reported = problems.some(({ setting }) => setting === 'SLUICE_BEDROCK_REGION');
    const lonely = [
      ...(baseUrl === undefined ? [] : ['SLUICE_BEDROCK_BASE_URL']),
      ...(settings.SLUICE_BEDROCK_BATCH_BUCKET === undefined ? [] : ['SLUICE_BEDROCK_BATCH_BUCKET']),
    ];
    for (const setting of reported ? [] : lonely) {
      const problem = 'goes together with SLUICE_BEDROCK_REGION, which is not set';
      problems.push({ setting, problem, fix: 'Set both, or leave both out.' });
    }
    return undefined;
  }
  const { AWS_BEARER_TOKEN_BEDROCK: apiKey, AWS_PROFILE: profile } = settings;
  const keys = keyPair(settings, problems);
  return {
    region,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(apiKey !== undefined && { apiKey }),
    ...(keys !== undefined && { keys }),
    ...(profile !== undefined && { profile }),
    ...batchConfig(settings, { isKeyAlone: apiKey !== undefined && !keys && profile === undefined }, problems),
  };
}

/** Batches need a bucket, a role, and credentials that S3 takes as well. */
function batchConfig(
  settings: Settings,
  { isKeyAlone }: { readonly isKeyAlone: boolean },
  problems: ConfigProblem[],
): { readonly batches?: BedrockBatchConfig } {
  const { SLUICE_BEDROCK_BATCH_BUCKET: bucket, SLUICE_BEDROCK_BATCH_ROLE_ARN: roleArn } = settings;
  const { SLUICE_BEDROCK_BATCH_BASE_URL: baseUrl, SLUICE_BEDROCK_BATCH_S3_URL: s3Url } = settings;
  const problemOf = (setting: keyof Settings, problem: string, fix: string): void => {
    // One that is set to what it cannot be has been told of.
    if (!problems.some((one) => one.setting === setting)) problems.push({ setting, problem, fix });
  };
  if (bucket === undefined || roleArn === undefined) {
    const [set, missing] =
      bucket === undefined
        ? (['SLUICE_BEDROCK_BATCH_ROLE_ARN', 'SLUICE_BEDROCK_BATCH_BUCKET'] as const)
        : (['SLUICE_BEDROCK_BATCH_BUCKET', 'SLUICE_BEDROCK_BATCH_ROLE_ARN'] as const);
    if (settings[set] !== undefined) {
      problemOf(missing, `goes together with ${set}, and is not set`, 'Set both, or neither for no batches.');
    }
    return {};
  }
  if (isKeyAlone) {
    const fix = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or leave the bucket out.';
    problemOf('SLUICE_BEDROCK_BATCH_BUCKET', 'is reached by no API key, and there are no other credentials', fix);
    return {};
  }
  return {
    batches: {
      ...{ bucket, roleArn, minLines: settings.SLUICE_BEDROCK_BATCH_MIN_RECORDS },
      ...(baseUrl !== undefined && { baseUrl }),
      ...(s3Url !== undefined && { s3Url }),
    },
  };
}

function keyPair(settings: Settings, problems: ConfigProblem[]): BedrockConfig['keys'] {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  const { AWS_SESSION_TOKEN: sessionToken } = settings;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  }
  const [set, missing] =
    accessKeyId === undefined
      ? (['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'] as const)
      : (['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const);
  if (settings[set] !== undefined) {
    const fix = 'Set both, or neither for what AWS’s own tools would find.';
    problems.push({ setting: missing, problem: `goes together with ${set}, and is not set`, fix });
  }
  return undefined;
}
