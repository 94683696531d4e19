import type { ConfigProblem } from './config-error.js';
import type { BedrockConfig } from './config-types.js';
import type { Settings } from './settings.js';

/**
 * Amazon Bedrock, where its region is set; `problems` gets what does not go together. AWS's own settings may be there for
 * other programs, so that nothing is said of them while Bedrock is off.
 */
export function bedrockConfig(settings: Settings, problems: ConfigProblem[]): BedrockConfig | undefined {
  const { SLUICE_BEDROCK_REGION: region, SLUICE_BEDROCK_BASE_URL: baseUrl } = settings;
  if (region === undefined) {
    const reported = problems.some(({ setting }) => setting === 'SLUICE_BEDROCK_REGION');
    if (baseUrl !== undefined && !reported) {
      problems.push({
        setting: 'SLUICE_BEDROCK_BASE_URL',
        problem: 'goes together with SLUICE_BEDROCK_REGION, which is not set',
        fix: 'Set both, or leave both out.',
      });
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
