import type { Json } from '../../../workflows/contracts/json.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { authorizeAwsRequest } from '../aws-signature.js';
import type { AwsAccess } from '../aws-signature.js';
import { baseUrlOf, placeOf } from './model-place.js';
import type { ModelPlace } from './model-place.js';

export interface BedrockAccess {
  /** The gateway's own region, for example `eu-central-1`. */
  readonly region: string;
  /** In place of the region's endpoint: of a VPC, or of a proxy. */
  readonly baseUrl?: string;
  readonly access: AwsAccess;
}

/** An operation of the Bedrock Runtime on a model, `POST /model/{modelId}/{operation}`. */
export type BedrockOperation =
  'converse' | 'converse-stream' | 'invoke' | 'invoke-with-response-stream' | 'count-tokens';

export interface BedrockRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Addresses and signs. `place` chooses another name of the model than the one that answers, for counting. */
export type BedrockEndpoint = (
  offer: Offer,
  operation: BedrockOperation,
  body: Json,
  toModelId?: (place: ModelPlace) => string,
) => Promise<BedrockRequest>;

/** The Bedrock Runtime (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html). */
export function createBedrockEndpoint({ access, ...own }: BedrockAccess): BedrockEndpoint {
  return async (offer, operation, body, toModelId = ({ modelId }) => modelId) => {
    const place = placeOf(offer, own.region);
    const url = `${baseUrlOf(place.region, own)}/model/${encodeURIComponent(toModelId(place))}/${operation}`;
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', accept: acceptOf(operation) };
    const scope = { service: 'bedrock', region: place.region };
    return { url, headers: await authorizeAwsRequest({ url, headers, body: text }, access, scope), body: text };
  };
}

function acceptOf(operation: BedrockOperation): string {
  return operation === 'converse-stream' || operation === 'invoke-with-response-stream'
    ? 'application/vnd.amazon.eventstream'
    : 'application/json';
}
