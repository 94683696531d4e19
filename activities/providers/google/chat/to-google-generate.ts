import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { inCallersWords } from '../../callers-words.js';
import type { ChatAttempt } from '../../port.js';
import { carryExtras } from './carried-extras.js';
import { isArray } from '../../json-fields.js';
import { modelTraits } from './model-traits.js';
import type { GoogleService } from './model-traits.js';
import type { Reading } from './reading.js';
import { refuseCall } from '../../refuse-call.js';
import { toConversation } from './to-contents.js';
import { toFormatPlan } from './to-google-format.js';
import { toSampling } from './to-google-sampling.js';
import { toThinking } from './to-google-thinking.js';
import { toToolPlan } from './to-google-tools.js';
import { warnOfUnsupported } from './unsupported-properties.js';
import { createWarnings } from '../../warnings.js';
import type { GenerateBody, WireText } from './wire.js';

export interface GoogleRequest {
  /** What is sent to `models.generateContent`. */
  readonly body: GenerateBody;
  readonly warnings: readonly Warning[];
  readonly reading: Reading;
  /** The schema that the answer is to be checked by, where the vendor does not enforce it. */
  readonly unenforced?: JsonObject;
}

/** The vendor's most candidates. */
const MAX_CHOICES = 8;

/**
 * A call as `models.generateContent` takes it. Throws a `ProviderFailure` of class `invalid_request` for what the vendor
 * cannot answer; what it answers less exactly becomes a warning.
 */
export function toGoogleGenerate(
  attempt: Pick<ChatAttempt, 'call' | 'offer' | 'maxOutputTokens' | 'attemptKey'>,
  service: GoogleService,
): GoogleRequest {
  const { call, offer, maxOutputTokens } = attempt;
  refuseOtherAnswers(call);
  const warnings = createWarnings();
  const recipient = { service, traits: modelTraits(offer.vendorModel) };
  const { instructions, contents } = toConversation(call.messages, recipient, warnings);
  const tools = toToolPlan(call, warnings);
  const format = toFormatPlan(call, recipient.traits, tools.declarations.length > 0, warnings);
  const extras = carryExtras(call, warnings);
  const thinking = extras.thinkingConfig ?? toThinking(call, maxOutputTokens, recipient.traits, warnings);
  warnOfUnsupported(call, warnings);

  const body: GenerateBody = {
    ...withInstructions(instructions, contents, format.instruction, recipient.traits.isGemma),
    ...(tools.declarations.length > 0 && { tools: [{ functionDeclarations: tools.declarations }] }),
    ...(tools.config !== undefined && { toolConfig: tools.config }),
    ...extras.body,
    generationConfig: {
      maxOutputTokens,
      ...(call.choices > 1 && { candidateCount: call.choices }),
      ...toSampling(call, recipient, warnings),
      ...format.config,
      ...(thinking !== undefined && { thinkingConfig: thinking }),
    },
  };
  return {
    body,
    warnings: inCallersWords(warnings.list(), call.source.dialect),
    reading: { customTools: tools.customTools, callPrefix: attempt.attemptKey },
    ...(format.unenforced !== undefined && { unenforced: format.unenforced }),
  };
}

/** What would be another answer than the one asked for is refused. */
function refuseOtherAnswers({ choices, source: { body } }: ChatCall): void {
  if (choices > MAX_CHOICES) {
    throw refuseCall(`Google gives at most ${MAX_CHOICES} answers to a request. Lower n.`, 'n');
  }
  const { modalities } = body;
  if (isArray(modalities) && modalities.some((modality) => modality !== 'text')) {
    throw refuseCall('This model answers in text only. Leave other modalities out.', 'modalities');
  }
}

function withInstructions(
  instructions: readonly WireText[],
  contents: GenerateBody['contents'],
  instruction: WireText | undefined,
  isGemma: boolean,
): Pick<GenerateBody, 'systemInstruction' | 'contents'> {
  // Gemma is instructed by its user.
  if (isGemma && instruction !== undefined) return { contents: [...contents, { role: 'user', parts: [instruction] }] };
  const parts = instruction === undefined ? instructions : [...instructions, instruction];
  return { ...(parts.length > 0 && { systemInstruction: { parts } }), contents };
}
