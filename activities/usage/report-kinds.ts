import type { UsageReport } from '../../workflows/contracts/usage-reports.js';

/**
 * Which requests a report looks at, by their kind; `everything` looks at whatever searched. A new kind of request belongs in
 * exactly one of the lists, or nobody's report counts it (costs count all).
 */
export const reportKinds: { readonly [R in UsageReport]: readonly string[] | 'everything' } = {
  completions: ['chat'],
  embeddings: ['embedding'],
  moderations: ['moderation'],
  images: ['image'],
  audio_speeches: ['speech'],
  audio_transcriptions: ['transcription'],
  web_searches: 'everything',
};
