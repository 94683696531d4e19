import type { ValidateFunction } from 'ajv/dist/2020.js';
import { loadBedrockModel } from '../aws-service-model.js';
import { loadGoogleSpecification, specified } from '../google-specification.js';
import { loadOpenAiSpecification } from '../openai-specification.js';
import type { Described } from './adapters.js';

/** What checks a request by each vendor's own description; nothing, said aloud, where that is absent. */
export function loadDescriptions(): { readonly [D in Described]?: ValidateFunction } {
  // Members of its unions overlap, as those of OpenRouter's do.
  const responses = loadOpenAiSpecification({ lenientUnions: true })?.validator('CreateResponse');
  const openai = loadOpenAiSpecification()?.validator('CreateChatCompletionRequest');
  const mistral = loadOpenAiSpecification({ vendor: 'mistral' })?.validator('ChatCompletionRequest');
  const openrouter = loadOpenAiSpecification({ vendor: 'openrouter', lenientUnions: true })?.validator('ChatRequest');
  const bedrock = loadBedrockModel()?.validator('ConverseRequest');
  if (!specified) console.warn('skipped: no specification of Google at ../shared/specs/google');
  const google = specified ? loadGoogleSpecification() : undefined;
  return {
    ...(openai && { openai }),
    ...(responses && { responses }),
    ...(mistral && { mistral }),
    ...(openrouter && { openrouter }),
    ...(google && {
      google: google.google('GenerateContentRequest'),
      vertex: google.vertex('GenerateContentRequest'),
    }),
    ...(bedrock && { bedrock }),
  };
}
