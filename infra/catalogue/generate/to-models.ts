import type { Modality, Model } from '../../../workflows/contracts/models.js';
import type { Capability, Offer } from '../../../workflows/contracts/offers.js';
import { type DevModel, devModalities } from './models-dev.js';

/** The models that chat offers serve, in the order of their ids. `described` is what models.dev knows of them. */
export function toModels(
  offers: readonly Offer[],
  described: (model: string) => DevModel | undefined,
): readonly Model[] {
  const groups = new Map<string, Offer[]>();
  for (const offer of offers) {
    if (offer.model === undefined) continue;
    groups.set(offer.model, [...(groups.get(offer.model) ?? []), offer]);
  }
  return [...groups]
    .map(([id, group]) => toModel(id, group, described(id)))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

function toModel(id: string, offers: readonly Offer[], dev: DevModel | undefined): Model {
  const capabilities = CAPABILITIES.filter((capability) =>
    offers.some((offer) => offer.capabilities.includes(capability)),
  );
  const ends = offers.map(({ deprecatedOn }) => deprecatedOn);
  const last = ends.every((end) => end !== undefined) ? ends.toSorted().at(-1) : undefined;
  return {
    id,
    maker: id.slice(0, id.indexOf('/')),
    name: dev === undefined ? id.slice(id.indexOf('/') + 1) : dev.name.replace(/\s*\((latest|free)\)$/i, ''),
    ...(dev?.family !== undefined && { family: dev.family }),
    modalities: dev === undefined ? modalitiesOf(capabilities) : devModalities(dev),
    contextWindow: Math.max(...offers.map(({ contextWindow }) => contextWindow)),
    maxOutputTokens: Math.max(...offers.map(({ maxOutputTokens }) => maxOutputTokens)),
    capabilities,
    ...(dev?.knowledge !== undefined && { knowledge: dev.knowledge }),
    ...(dev?.release_date !== undefined && { released: dev.release_date }),
    ...(dev?.open_weights !== undefined && { openWeights: dev.open_weights }),
    ...(last !== undefined && { deprecatedOn: last }),
  };
}

const CAPABILITIES: readonly Capability[] = [
  'tools',
  'images',
  'files',
  'audio_input',
  'audio_output',
  'json_schema',
  'reasoning',
  'web_search',
  'logprobs',
];

function modalitiesOf(capabilities: readonly Capability[]): Model['modalities'] {
  const input: readonly (readonly [Capability, Modality])[] = [
    ['images', 'image'],
    ['files', 'file'],
    ['audio_input', 'audio'],
  ];
  return {
    input: [
      'text',
      ...input.flatMap(([capability, modality]) => (capabilities.includes(capability) ? [modality] : [])),
    ],
    output: capabilities.includes('audio_output') ? ['text', 'audio'] : ['text'],
  };
}
