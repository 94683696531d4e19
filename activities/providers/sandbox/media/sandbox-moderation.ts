import type { ModerationInput } from '../../../../workflows/contracts/media-calls.js';
import type { MediaCapabilities } from '../../port.js';

/** The categories of OpenAI's specification (`CreateModerationResponse`), each with words that stand for it here. */
const CATEGORIES: { readonly [category: string]: readonly string[] } = {
  harassment: ['harass', 'idiot'],
  'harassment/threatening': [],
  hate: ['hate'],
  'hate/threatening': [],
  illicit: ['smuggle'],
  'illicit/violent': [],
  'self-harm': [],
  'self-harm/intent': [],
  'self-harm/instructions': [],
  sexual: [],
  'sexual/minors': [],
  violence: ['kill', 'attack'],
  'violence/graphic': [],
};

/** Finds a few words, each in its category, and nothing else: to try what follows from a judgement, not to judge by. */
export const moderateInSandbox: NonNullable<MediaCapabilities['moderation']> = async function* ({ call }) {
  yield {
    events: [
      { type: 'start' },
      ...call.inputs.map((parts, index) => judge(parts, index)),
      { type: 'usage', usage: { units: { requests: 1 }, source: 'reported' } },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
};

function judge(parts: readonly ModerationInput[], index: number) {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join(' ');
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu) ?? []);
  const found = Object.entries(CATEGORIES).map(([name, signs]) => [name, signs.some((sign) => words.has(sign))] as const);
  const kinds = [...new Set(parts.map(({ type }) => type))];
  return {
    type: 'moderation' as const,
    index,
    flagged: found.some(([, isFound]) => isFound),
    categories: Object.fromEntries(found),
    scores: Object.fromEntries(found.map(([name, isFound]) => [name, isFound ? 0.95 : 0.01])),
    inputTypes: Object.fromEntries(found.map(([name]) => [name, kinds])),
  };
}
