import type { UnitCounts, Usage } from '../../../../workflows/contracts/usage.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount, asObjects } from '../../json-fields.js';

/**
 * `usageMetadata` in units that do not overlap (https://ai.google.dev/api/generate-content#UsageMetadata): what was cached
 * is within the prompt's count, what tools were given is beside it, and thoughts are beside the candidates' count.
 */
export function readGoogleUsage(metadata: JsonObject): Usage | undefined {
  const prompt = asCount(metadata['promptTokenCount']);
  const candidates = asCount(metadata['candidatesTokenCount']);
  const thoughts = asCount(metadata['thoughtsTokenCount']);
  // Vertex AI's chunks before the last say no more than `trafficType`.
  if (prompt === undefined && candidates === undefined && thoughts === undefined) return undefined;
  const units: UnitCounts = {
    ...inputOf(metadata, prompt),
    ...outputOf(metadata, candidates),
    ...reasoningOf(thoughts),
  };
  return { units, source: 'reported', raw: metadata };
}

function inputOf(metadata: JsonObject, prompt: number | undefined): UnitCounts {
  if (prompt === undefined) return {};
  const cached = Math.min(asCount(metadata['cachedContentTokenCount']) ?? 0, prompt);
  const forTools = asCount(metadata['toolUsePromptTokenCount']) ?? 0;
  const details = [...asObjects(metadata['promptTokensDetails']), ...asObjects(metadata['toolUsePromptTokensDetails'])];
  const cachedAudio = tokensOf('AUDIO', asObjects(metadata['cacheTokensDetails']));
  const fresh = prompt - cached + forTools;
  const audio = Math.min(Math.max(tokensOf('AUDIO', details) - cachedAudio, 0), fresh);
  return {
    input: fresh - audio,
    ...(cached > 0 && { input_cached_read: cached }),
    ...(audio > 0 && { input_audio: audio }),
  };
}

function outputOf(metadata: JsonObject, candidates: number | undefined): UnitCounts {
  if (candidates === undefined) return {};
  const details = asObjects(metadata['candidatesTokensDetails']);
  const audio = Math.min(tokensOf('AUDIO', details), candidates);
  const image = Math.min(tokensOf('IMAGE', details), candidates - audio);
  return {
    output: candidates - audio - image,
    ...(audio > 0 && { output_audio: audio }),
    ...(image > 0 && { output_image: image }),
  };
}

function reasoningOf(thoughts: number | undefined): UnitCounts {
  return thoughts === undefined ? {} : { output_reasoning: thoughts };
}

function tokensOf(modality: string, details: readonly JsonObject[]): number {
  return details
    .filter((detail) => detail['modality'] === modality)
    .reduce((sum, detail) => sum + (asCount(detail['tokenCount']) ?? 0), 0);
}
