import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { exchangeJson, toldWarnings } from '../../ask-json.js';
import { refuseMoreInputs } from '../../embedding-inputs.js';
import type { VendorHttp } from '../../http.js';
import { inlineInputs } from '../../inline-pictures.js';
import { asCount, asObject } from '../../json-fields.js';
import { type MediaCapabilities, ProviderFailure } from '../../port.js';
import { toVectorsFrame } from '../../vectors-frame.js';
import type { BedrockEndpoint } from '../bedrock-endpoint.js';
import { COHERE } from './cohere-embed.js';
import type { EmbeddingFormat } from './formats.js';
import { NOVA, TITAN } from './titan-embed.js';

const FORMATS: readonly EmbeddingFormat[] = [TITAN, NOVA, COHERE];

/** All answers of InvokeModel have it, as recorded. */
const TOKENS_HEADER = 'x-amzn-bedrock-input-token-count';

/** Embeddings by InvokeModel (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html). */
export function createBedrockEmbeddings(deps: {
  readonly endpoint: BedrockEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['embedding']> {
  return async function* embed(attempt) {
    const { offer, signal } = attempt;
    const format = formatOf(offer.vendorModel);
    if (format.maxInputs !== undefined) refuseMoreInputs(attempt.call, format.maxInputs);
    const call = await inlineInputs(attempt.call, { http: deps.http, signal });
    const { body, warnings } = format.toBody(call, offer.vendorModel);
    const { answer, headers } = await exchangeJson(deps.http, await deps.endpoint(offer, 'invoke', body), attempt);
    yield* toldWarnings(warnings);
    yield fromInvoke(format, answer, asCount(Number(headers[TOKENS_HEADER] ?? NaN)), call);
  };
}

function formatOf(vendorModel: string): EmbeddingFormat {
  const format = FORMATS.find(({ models }) => models.test(vendorModel));
  if (format !== undefined) return format;
  throw new ProviderFailure(
    { class: 'model_not_found' },
    { message: 'The gateway does not know how to ask this model.' },
  );
}

export function fromInvoke(
  format: EmbeddingFormat,
  answer: Json,
  told: number | undefined,
  call: EmbeddingCall,
): Frame {
  const { vectors, tokens = told } = format.read(asObject(answer) ?? {}, call);
  const { vectorType } = call;
  return toVectorsFrame({
    values: vectors,
    inputs: call.inputs.length,
    ...(vectorType !== undefined && { vectorType }),
    units: tokens === undefined ? undefined : toUnits(tokens, call),
  });
}

/** Pictures are charged by the picture, and have no tokens of their own; Cohere's have. */
function toUnits(tokens: number, { inputs }: EmbeddingCall): UnitCounts {
  const images = inputs.filter(({ type }) => type === 'image').length;
  return { input: tokens, ...(images > 0 && { images }) };
}
