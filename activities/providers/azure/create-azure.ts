import type { Frame } from '../../../workflows/contracts/answer.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { createAnthropicChat } from '../anthropic/chat/create-anthropic-chat.js';
import type { VendorHttp } from '../http.js';
import { createOpenAiImages } from '../openai-compatible/images/create-openai-images.js';
import { createOpenAiCompatibleChat } from '../openai-compatible/chat/create-openai-compatible-chat.js';
import { createOpenAiSpeech } from '../openai-compatible/speech/create-openai-speech.js';
import { OPENAI_SPEECH } from '../openai-compatible/speech/profile.js';
import { createOpenAiTranscriptions } from '../openai-compatible/transcriptions/create-openai-transcriptions.js';
import { OPENAI_TRANSCRIPTIONS } from '../openai-compatible/transcriptions/profile.js';
import { wireOf } from '../openai/create-openai.js';
import { createOpenAiResponses } from '../openai/responses/create-openai-responses.js';
import type { ChatAttempt, ChatProvider } from '../port.js';
import { createAzureBatches } from './batches/create-azure-batches.js';
import { droppingRefused } from './azure-credential.js';
import { createClaudeEndpoint, createOpenAiEndpoint } from './azure-endpoints.js';
import type { AzureResource } from './azure-endpoints.js';
import { openAiModelsProfile, OTHER_MODELS_PROFILE } from './azure-profiles.js';
import { createAzureVectors } from './vectors/create-azure-vectors.js';
import { namingOwnProofs, withOwnProofs } from './own-proofs.js';

export interface AzureOptions extends AzureResource {
  /** Names of deployments by model, where they differ from the model's; by the offer's id without the vendor, or the model's name. */
  readonly deployments?: { readonly [model: string]: string };
  /** The same of those of the type *Batch*, beside them; a model that is not named goes in no batch. */
  readonly batchDeployments?: { readonly [model: string]: string };
  readonly http: VendorHttp;
}

type Deployments = NonNullable<AzureOptions['deployments']>;

/** The first dated version with the Responses API. */
const KNOWS_RESPONSES = '2025-03-01';

/**
 * Azure OpenAI and Foundry: OpenAI's models by both of OpenAI's APIs, Claude by Anthropic's, and other makers' models by
 * chat completions, all at one resource. A model is asked for by the name of its deployment.
 */
export function createAzure(options: AzureOptions): ChatProvider {
  const { deployments = {}, batchDeployments, http: anyHttp, ...resource } = options;
  const http = droppingRefused(anyHttp, resource.credential);
  const endpoint = createOpenAiEndpoint(resource);
  const images = createOpenAiImages({ endpoint, http });
  const speak = createOpenAiSpeech({ profile: OPENAI_SPEECH, endpoint, http });
  const transcribe = createOpenAiTranscriptions({ profile: OPENAI_TRANSCRIPTIONS, endpoint, http });
  const { id, chat } = createAzureChat(resource, http);
  return {
    id,
    media: {
      ...createAzureVectors({ resource, http, deployed: (offer) => deployed(offer, deployments) }),
      speech: (attempt) => speak({ ...attempt, offer: deployed(attempt.offer, deployments) }),
      image: (attempt) => images({ ...attempt, offer: deployed(attempt.offer, deployments) }),
      transcription: (attempt) => transcribe({ ...attempt, offer: deployed(attempt.offer, deployments) }),
    },
    chat: (attempt) => chat({ ...attempt, offer: deployed(attempt.offer, deployments) }),
    ...(batchDeployments && {
      batches: createAzureBatches({
        ...{ resource, http },
        deployed: (offer) => batchDeployedIn(offer, batchDeployments),
        // What is captured or stored is sent to nobody, and so needs no token.
        chatBy: (by) => createAzureChat({ ...resource, credential: NO_CREDENTIAL }, by),
      }),
    }),
  };
}

const NO_CREDENTIAL = { type: 'key', apiKey: '' } as const;

/** Each maker's models by its API. */
function createAzureChat(resource: AzureResource, http: VendorHttp): ChatProvider {
  const { endpoint: baseUrl, apiVersion } = resource;
  const endpoint = createOpenAiEndpoint(resource);
  const chat = createOpenAiCompatibleChat({ ...openAiModelsProfile(apiVersion), baseUrl }, { endpoint, http });
  const others = createOpenAiCompatibleChat({ ...OTHER_MODELS_PROFILE, baseUrl }, { endpoint, http });
  const responses = withProofs(createOpenAiResponses({ id: 'azure', endpoint, http }));
  const claude = createAnthropicChat({ id: 'azure', http, endpoint: createClaudeEndpoint(resource) });
  const hasResponses = apiVersion === undefined || apiVersion >= KNOWS_RESPONSES;

  const servedBy = (attempt: ChatAttempt): ChatProvider => {
    const [maker, name = ''] = attempt.offer.model?.split('/') ?? [];
    if (maker === 'anthropic') return claude;
    // Its open models are served as other makers' are.
    if (maker !== 'openai' || name.startsWith('gpt-oss')) return others;
    if (attempt.offer.wire === undefined && !hasResponses) return chat;
    return wireOf(attempt) === 'openai-responses' ? responses : chat;
  };
  return { id: 'azure', chat: (attempt) => servedBy(attempt).chat(attempt) };
}

/** An offer's id tells the region (`azure/eu/gpt-4o`), in which a resource may have another deployment of the same model. */
function deployedIn(offer: Offer, deployments: Deployments): Offer | undefined {
  const inId = offer.id.slice(offer.id.indexOf('/') + 1);
  const name = [inId, offer.vendorModel].find((model) => Object.hasOwn(deployments, model));
  return name === undefined ? undefined : { ...offer, vendorModel: deployments[name] ?? offer.vendorModel };
}

/** A batch of all the world must not serve whoever asked for a region: that one's deployment is named by the offer. */
function batchDeployedIn(offer: Offer, deployments: Deployments): Offer | undefined {
  const isNamed = offer.region === undefined || Object.hasOwn(deployments, offer.id.slice(offer.id.indexOf('/') + 1));
  return isNamed ? deployedIn(offer, deployments) : undefined;
}

function deployed(offer: Offer, deployments: Deployments): Offer {
  return deployedIn(offer, deployments) ?? offer;
}

function withProofs(provider: ChatProvider): ChatProvider {
  async function* chat(attempt: ChatAttempt): AsyncGenerator<Frame> {
    for await (const frame of provider.chat({ ...attempt, call: withOwnProofs(attempt.call) })) {
      yield namingOwnProofs(frame);
    }
  }
  return { id: provider.id, chat };
}
