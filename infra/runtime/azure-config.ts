import type { ConfigProblem } from './config-error.js';
import type { AzureConfig } from './config-types.js';
import type { Settings } from './settings.js';
import { withoutSecrets } from './without-secrets.js';

/**
 * The resource that AZURE_OPENAI_ENDPOINT names, with the way in that is set: SLUICE_AZURE_ENTRA=on goes before a key, and a
 * service principal serves where neither is. Its ids may be set for others' sake (workload identity sets them, too).
 */
export function azureConfig(settings: Settings, problems: ConfigProblem[]): AzureConfig | undefined {
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_API_KEY: apiKey } = settings;
  if (endpoint === undefined) return undefined;
  const batchDeployments = settings.SLUICE_AZURE_BATCH_DEPLOYMENTS;
  const entra = servicePrincipal(settings);
  const isOn = settings.SLUICE_AZURE_ENTRA === 'on';
  if (apiKey === undefined && entra === undefined && !isOn) problems.push(missing(settings));
  const resource = {
    endpoint: endpoint.replace(/\/openai(\/v1)?$/, ''),
    ...(settings.SLUICE_AZURE_API_VERSION !== undefined && { apiVersion: settings.SLUICE_AZURE_API_VERSION }),
    deployments: settings.SLUICE_AZURE_DEPLOYMENTS,
    ...(batchDeployments && { batchDeployments }),
  };
  if (apiKey !== undefined && !isOn) return withoutSecrets({ ...resource, apiKey }, ['apiKey']);
  return { ...resource, ...(entra && { entra: withoutSecrets(entra, ['clientSecret']) }) };
}

function servicePrincipal(settings: Settings): AzureConfig['entra'] {
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret } = settings;
  if (tenantId === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return { tenantId, clientId, clientSecret };
}

function missing(settings: Settings): ConfigProblem {
  const [absent] = (['AZURE_TENANT_ID', 'AZURE_CLIENT_ID'] as const).filter((name) => settings[name] === undefined);
  if (settings.AZURE_CLIENT_SECRET !== undefined && absent !== undefined) {
    return { setting: absent, problem: 'goes together with AZURE_CLIENT_SECRET, and is missing', fix: 'Set it, too.' };
  }
  const fix =
    'Set it to a key of the resource; or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; or set ' +
    'SLUICE_AZURE_ENTRA to on for a managed or workload identity.';
  return { setting: 'AZURE_OPENAI_API_KEY', problem: 'is required where AZURE_OPENAI_ENDPOINT is set', fix };
}
