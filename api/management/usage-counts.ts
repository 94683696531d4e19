import { z } from 'zod';
import type { UsageReport, UsageResult } from '../../workflows/contracts/usage-reports.js';

type Units = UsageResult['units'];
type Counts = { readonly [field: string]: number };

interface ReportCounts {
  readonly fields: { readonly [field: string]: z.ZodInt };
  readonly count: (units: Units) => Counts;
}

/** What each report counts, in OpenAI's names. The modality of cached tokens is not known, so that it is not told. */
export const usageCounts: { readonly [R in UsageReport]: ReportCounts } = {
  completions: counts(
    [
      'input_tokens',
      'input_cached_tokens',
      'input_cache_write_tokens',
      'input_uncached_tokens',
      'input_text_tokens',
      'input_audio_tokens',
      'input_image_tokens',
      'output_tokens',
      'output_text_tokens',
      'output_audio_tokens',
      'output_image_tokens',
      // Ours; part of the text tokens, as at OpenAI.
      'output_reasoning_tokens',
    ],
    countCompletions,
  ),
  embeddings: counts(['input_tokens'], (units) => ({ input_tokens: inputTokens(units) })),
  moderations: counts(['input_tokens'], (units) => ({ input_tokens: inputTokens(units) })),
  images: counts(['images'], ({ images }) => ({ images })),
  audio_speeches: counts(['characters'], ({ characters }) => ({ characters })),
  audio_transcriptions: counts(['seconds'], ({ audio_seconds: seconds }) => ({ seconds })),
  web_searches: counts(['num_requests'], ({ searches }) => ({ num_requests: searches })),
};

function counts(names: readonly string[], count: (units: Units) => Counts): ReportCounts {
  return { fields: Object.fromEntries(names.map((name) => [name, z.int()])), count };
}

function countCompletions(units: Units): Counts {
  const { input, input_audio: audio, input_image: image, input_cached_read: cached } = units;
  const { output, output_reasoning: reasoning, output_audio: outputAudio, output_image: outputImage } = units;
  return {
    input_tokens: inputTokens(units),
    input_cached_tokens: cached,
    input_cache_write_tokens: units.input_cache_write_5m + units.input_cache_write_1h,
    input_uncached_tokens: input + audio + image,
    input_text_tokens: input,
    input_audio_tokens: audio,
    input_image_tokens: image,
    output_tokens: output + reasoning + outputAudio + outputImage,
    output_text_tokens: output + reasoning,
    output_audio_tokens: outputAudio,
    output_image_tokens: outputImage,
    output_reasoning_tokens: reasoning,
  };
}

/** All that went in, cached and written to the cache included, as OpenAI counts it. */
function inputTokens(units: Units): number {
  const written = units.input_cache_write_5m + units.input_cache_write_1h;
  return units.input + units.input_cached_read + written + units.input_audio + units.input_image;
}
