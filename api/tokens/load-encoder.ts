import type { Tokenizer } from '../../workflows/contracts/offers.js';

/** How a tokenizer takes a text apart: into pieces first, whose tokens do not depend on each other. */
export interface Encoder {
  /** Matches one piece after another, until nothing of the text is left. */
  readonly pieces: RegExp;
  /** Tokens of one piece; its time grows with the square of the piece's length. */
  readonly count: (piece: string) => number;
}

const VOCABULARIES = {
  o200k_base: async () => {
    const { default: ranks } = await import('gpt-tokenizer/bpeRanks/o200k_base');
    const { O200K_TOKEN_SPLIT_REGEX: pieces } = await import('gpt-tokenizer/encodingParams/constants');
    return { ranks, pieces };
  },
} satisfies { readonly [T in Tokenizer]: () => Promise<unknown> };

const loaded = new Map<Tokenizer, Promise<Encoder>>();

/** The tokenizer, loaded once in a process: some 400 ms and 70 MB, so that it happens at the start and only where it is of use. */
export function loadEncoder(tokenizer: Tokenizer): Promise<Encoder> {
  const known = loaded.get(tokenizer) ?? load(tokenizer);
  loaded.set(tokenizer, known);
  return known;
}

async function load(tokenizer: Tokenizer): Promise<Encoder> {
  const { BytePairEncodingCore } = await import('gpt-tokenizer/BytePairEncodingCore');
  const { ranks, pieces } = await VOCABULARIES[tokenizer]();
  // Its own cache would keep words of callers, across requests and for ever.
  const core = new BytePairEncodingCore({ bytePairRankDecoder: ranks, tokenSplitRegex: pieces, mergeCacheSize: 0 });
  return { pieces, count: (piece) => core.countNative(piece) };
}
