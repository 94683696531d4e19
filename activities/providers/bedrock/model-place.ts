import type { Offer } from '../../../workflows/contracts/offers.js';
import { ProviderFailure } from '../port.js';

/** Where a model is called, and by which name. */
export interface ModelPlace {
  readonly region: string;
  /** The name of a model or of an inference profile. */
  readonly modelId: string;
}

interface Geography {
  readonly regions: RegExp;
  /** Where its profiles are called from by a gateway that is elsewhere. */
  readonly home: string;
}

/**
 * The geographies of cross-Region inference, by the prefix that their profiles carry (Amazon Bedrock user guide, "Supported
 * Regions and models for inference profiles"). A profile is only known in the regions of its geography; `global` in all.
 */
const GEOGRAPHIES: { readonly [prefix: string]: Geography } = {
  us: { regions: /^us-(?!gov-)/, home: 'us-east-1' },
  eu: { regions: /^eu-/, home: 'eu-central-1' },
  jp: { regions: /^ap-northeast-[13]$/, home: 'ap-northeast-1' },
  au: { regions: /^ap-southeast-[24]$/, home: 'ap-southeast-2' },
  in: { regions: /^ap-south-/, home: 'ap-south-1' },
  apac: { regions: /^ap-/, home: 'ap-northeast-1' },
  'us-gov': { regions: /^us-gov-/, home: 'us-gov-west-1' },
};

/**
 * Models that no region serves by their own name ("Invocation of model ID … with on-demand throughput isn't supported. Retry
 * your request with the ID or ARN of an inference profile"), and the profile whose price the bare name has in the
 * catalogue: the global one where there is one, else that of the gateway's geography.
 */
const PROFILED: readonly (readonly [RegExp, 'global' | 'geography'])[] = [
  [/^anthropic\.claude-mythos-preview/, 'geography'],
  [/^anthropic\.claude-3-(5-haiku|5-sonnet-20241022|7-sonnet|opus)/, 'geography'],
  [/^anthropic\.claude-(opus|sonnet)-4(-1)?-\d{8}/, 'geography'],
  [/^anthropic\.claude-(opus|sonnet|haiku|fable|mythos)-/, 'global'],
  [/^amazon\.nova-2-lite/, 'global'],
  [/^amazon\.nova-premier/, 'geography'],
  [/^openai\.gpt-6/, 'global'],
  [/^(meta\.llama(3-[1-9]-|[4-9])|deepseek\.r1|mistral\.pixtral|writer\.palmyra-x)/, 'geography'],
];

/**
 * Where an offer is called by a gateway whose own region is this. An offer of a region, or of a geography that the gateway is
 * not in, is called there. Throws `model_not_found` for one in a partition of AWS where its credentials mean nothing.
 */
export function placeOf({ vendorModel, region }: Pick<Offer, 'vendorModel' | 'region'>, own: string): ModelPlace {
  if (region === undefined) return { region: own, modelId: byProfile(vendorModel, own) };
  const geography = Object.hasOwn(GEOGRAPHIES, region) ? GEOGRAPHIES[region] : undefined;
  const called = geography === undefined ? region : geography.regions.test(own) ? own : geography.home;
  if (partitionOf(called) !== partitionOf(own)) {
    throw notFound(`This offer is of ${called}, which the AWS account of ${own} cannot reach.`);
  }
  return { region: called, modelId: vendorModel };
}

function byProfile(vendorModel: string, own: string): string {
  const scope = PROFILED.find(([models]) => models.test(vendorModel))?.[1];
  if (scope === undefined) return vendorModel;
  const geography = Object.keys(GEOGRAPHIES).find((prefix) => GEOGRAPHIES[prefix]?.regions.test(own));
  // GovCloud has no global profiles, and the older models, which have none, know one geography for all of the Pacific.
  const isPacific = geography === 'jp' || geography === 'au' || geography === 'in';
  const prefix = scope === 'global' && geography !== 'us-gov' ? 'global' : isPacific ? 'apac' : geography;
  return prefix === undefined ? vendorModel : `${prefix}.${vendorModel}`;
}

/** The base URL of a region's endpoint, or of the one that was set, which serves the gateway's own region. */
export function baseUrlOf(called: string, own: { readonly region: string; readonly baseUrl?: string }): string {
  if (own.baseUrl === undefined) {
    const domain = partitionOf(called) === 'cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return `https://bedrock-runtime.${called}.${domain}`;
  }
  if (called !== own.region) {
    throw notFound(`This offer is of ${called}; SLUICE_BEDROCK_BASE_URL is the way to ${own.region} alone.`);
  }
  return own.baseUrl.replace(/\/+$/, '');
}

/** Accounts, and with them credentials, are of one partition. */
function partitionOf(region: string): string {
  return /^(us-gov|cn)-/.exec(region)?.[1] ?? 'aws';
}

function notFound(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'model_not_found' }, { message });
}
