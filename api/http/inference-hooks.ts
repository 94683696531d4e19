import type { AppDependencies } from '../dependencies.js';
import { createAdmission } from './admission.js';
import { createAuthentication } from './authenticate.js';

export type InferenceHooks = [ReturnType<typeof createAuthentication>, ReturnType<typeof createAdmission>];

/** What every inference route does before it reads a body: who is it, and is there room. One count for all routes. */
export function createInferenceHooks({ keys, settings, isDraining }: AppDependencies): InferenceHooks {
  return [createAuthentication(keys, 'inference'), createAdmission({ maxInFlight: settings.maxInFlight, isDraining })];
}
