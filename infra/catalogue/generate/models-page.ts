import type { MediaOffer } from '../../../workflows/contracts/media-offers.js';
import type { Model } from '../../../workflows/contracts/models.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { VENDOR_SOURCES } from './sources.js';

export interface PageData {
  readonly offers: readonly Offer[];
  readonly media: readonly MediaOffer[];
  readonly models: readonly Model[];
}

/** The end of what is written by hand in `docs/models.md`. */
export const PAGE_MARK = '<!-- From here on written by infra/catalogue/generate.ts -->';

/** The generated part of `docs/models.md`: counts, and what each vendor offers. */
export function modelsPage({ offers, media, models }: PageData): string {
  const regions = offers.filter(({ region }) => region !== undefined).length;
  const shared = models.filter(({ id }) => vendorsOf(offers, id).size > 1).length;
  return [
    PAGE_MARK,
    '',
    `${VENDOR_SOURCES.length} vendors, ${models.length} chat models (${shared} of them at more than one vendor), ` +
      `${offers.length} priced chat offers (${regions} of them of one region) and ${media.length} media offers.`,
    '',
    '| vendor | chat models | chat offers | media offers | read |',
    '|---|--:|--:|--:|---|',
    ...VENDOR_SOURCES.map(({ vendor, title }) => vendorRow(vendor, title, offers, media)),
    '| `vllm`: vLLM | | | | by its operator |',
    '| `custom`: Custom | | | | by its operator |',
    '',
    '| media | offers | vendors |',
    '|---|--:|---|',
    ...KINDS.map((kind) => mediaRow(kind, media)),
    '',
    '## Models at most vendors',
    '',
    '| model | vendors |',
    '|---|---|',
    ...mostOffered(offers, models).map(({ id, vendors }) => `| \`${id}\` | ${vendors.join(', ')} |`),
    '',
  ].join('\n');
}

const KINDS: readonly MediaOffer['kind'][] = [
  'embedding',
  'rerank',
  'moderation',
  'image',
  'speech',
  'transcription',
  'video',
];
const MOST_OFFERED = 25;

function vendorRow(vendor: string, title: string, offers: readonly Offer[], media: readonly MediaOffer[]): string {
  const own = offers.filter((offer) => offer.vendor === vendor);
  const dates = [
    ...new Set([...own, ...media.filter((offer) => offer.vendor === vendor)].map(({ source }) => source.asOf)),
  ];
  const isConverted = own.some(({ source }) => source.convertedFrom !== undefined);
  const cells = [
    `\`${vendor}\`: ${title}`,
    new Set(own.map(({ model }) => model)).size,
    `${own.length}${isConverted ? ' (prices converted from CNY)' : ''}`,
    media.filter((offer) => offer.vendor === vendor).length,
    dates.toSorted().join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function mediaRow(kind: MediaOffer['kind'], media: readonly MediaOffer[]): string {
  const own = media.filter((offer) => offer.kind === kind);
  return `| ${kind} | ${own.length} | ${[...new Set(own.map(({ vendor }) => vendor))].join(', ')} |`;
}

function vendorsOf(offers: readonly Offer[], model: string): ReadonlySet<string> {
  return new Set(offers.filter((offer) => offer.model === model).map(({ vendor }) => vendor));
}

function mostOffered(offers: readonly Offer[], models: readonly Model[]) {
  return models
    .map(({ id }) => ({ id, vendors: [...vendorsOf(offers, id)] }))
    .sort((left, right) => right.vendors.length - left.vendors.length || (left.id < right.id ? -1 : 1))
    .slice(0, MOST_OFFERED);
}
