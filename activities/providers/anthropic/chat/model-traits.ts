/** What differs between Anthropic's models in what their API takes. */
export interface ModelTraits {
  /** How thinking is turned on: by a budget of tokens, or (from 4.6 on) by leaving it to the model. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** The levels of `output_config.effort`, ascending; empty where thinking goes by a budget. */
  readonly efforts: readonly string[];
  /** Whether the model thinks where the request says nothing of it. */
  readonly thinksUnasked: boolean;
  readonly canStopThinking: boolean;
  /** Whether the text of its thinking is left out unless a summary is asked for. */
  readonly hidesThinking: boolean;
  /** Whether `temperature` and `top_p` are taken: both together, one of them, or neither. */
  readonly sampling: 'both' | 'one' | 'none';
  readonly structuredOutputs: boolean;
  readonly forcedTools: boolean;
  /** Whether a conversation may end with the beginning of the assistant's answer. */
  readonly prefill: boolean;
}

/**
 * Sources: `GET /v1/models` as recorded on 2026-08-02 (efforts, kinds of thinking, structured outputs), the vendor's pages
 * "Thinking in tool and multi-turn workflows" and "What's new in Claude Opus 5.5" (forced tools, thinking that cannot be
 * turned off), "What's new in Claude 4.6" (no prefill), and the errors that users quote for sampling: from 4.1 on
 * "`temperature` and `top_p` cannot both be specified", from 4.7 on neither.
 */
export function modelTraits(vendorModel: string): ModelTraits {
  const model = parseModel(vendorModel);
  if (model === undefined) return NO_CLAUDE;
  const { family, version } = model;
  const alwaysThinks = family === 'fable' || family === 'mythos';
  return {
    thinking: version >= 4.06 ? 'adaptive' : version >= 3.07 ? 'budget' : 'none',
    efforts: version >= 4.07 ? ['low', 'medium', 'high', 'xhigh', 'max'] : effortsBefore47(version),
    thinksUnasked: version >= 5 || alwaysThinks,
    canStopThinking: version < 5.05 && !alwaysThinks,
    hidesThinking: version >= 4.07,
    sampling: version >= 4.07 ? 'none' : version >= 4.01 ? 'one' : 'both',
    structuredOutputs: version >= 4.01,
    forcedTools: version < (alwaysThinks ? 5.01 : 5.05),
    prefill: version < 4.06,
  };
}

/** What is no Claude stands behind a base URL that speaks this dialect: it is sent what it was asked for. */
const NO_CLAUDE: ModelTraits = {
  thinking: 'budget',
  efforts: [],
  thinksUnasked: false,
  canStopThinking: true,
  hidesThinking: false,
  sampling: 'both',
  structuredOutputs: true,
  forcedTools: true,
  prefill: true,
};

function effortsBefore47(version: number): readonly string[] {
  return version >= 4.06 ? ['low', 'medium', 'high', 'max'] : [];
}

/** `claude-sonnet-4-5-20250929`, `claude-opus-5`: the family, then the version; a date is no part of it. */
const MODERN = /claude-([a-z]+)-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/;
/** `claude-3-5-haiku-20241022`: the version, then the family. */
const LEGACY = /claude-(\d)(?:[-.](\d))?-([a-z]+)/;

interface ParsedModel {
  readonly family: string;
  /** A number that orders versions: 4.6 is 4.06 and 4.10 is 4.1. */
  readonly version: number;
}

function parseModel(vendorModel: string): ParsedModel | undefined {
  const modern = MODERN.exec(vendorModel);
  if (modern) return { family: modern[1] ?? '', version: toVersion(modern[2], modern[3]) };
  const legacy = LEGACY.exec(vendorModel);
  if (legacy) return { family: legacy[3] ?? '', version: toVersion(legacy[1], legacy[2]) };
  if (!vendorModel.includes('claude')) return undefined;
  // `claude-2.1` and `claude-instant-1.2` are older than this file, every other unknown name (`claude-mythos-preview`) newer.
  const version = /claude-(v?[12]|instant)/.test(vendorModel) ? 2 : 5;
  return { family: /mythos|fable/.exec(vendorModel)?.[0] ?? '', version };
}

function toVersion(major: string | undefined, minor: string | undefined): number {
  return Number(major) + Number(minor ?? 0) / 100;
}
