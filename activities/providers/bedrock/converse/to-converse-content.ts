import type { Part } from '../../../../workflows/contracts/call.js';
import { toToolInput } from '../../tool-input.js';
import type { Warnings } from '../../warnings.js';
import { cachePointAfter, withoutIdleMarks } from './cache-points.js';
import { toMedia } from './to-converse-media.js';
import type { MediaContext } from './to-converse-media.js';
import type { Block, ReasoningBlock, TextBlock } from './wire.js';

const CONTENT = 'messages[].content[]';

/** Content of a user's message. Throws `invalid_request` for media that the service does not take. */
export function toUserBlocks(parts: readonly Part[], param: string, context: MediaContext): readonly Block[] {
  return withText(toResultBlocks(parts, param, context));
}

/** Content of a tool's result, where a document may stand alone; throws as above. */
export function toResultBlocks(parts: readonly Part[], param: string, context: MediaContext): readonly Block[] {
  return withoutIdleMarks(parts.flatMap((part, index) => toUserBlock(part, `${param}.content[${index}]`, context)));
}

function toUserBlock(part: Part, param: string, context: MediaContext): readonly Block[] {
  const { family, warnings } = context;
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [...toText(part.text, warnings), ...cachePointAfter(part.extras, CONTENT, family, warnings)];
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
      return [toMedia(part, param, context), ...cachePointAfter(part.extras, CONTENT, family, warnings)];
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
      warnings.add('ignored', 'messages', `A ${part.type} has no place in this message and was left out.`);
      return [];
  }
}

/** "If you include a ContentBlock with a document field in the array, you must also include a ContentBlock with a text field." */
function withText(blocks: readonly Block[]): readonly Block[] {
  const needsText = blocks.some((block) => 'document' in block) && !blocks.some((block) => 'text' in block);
  return needsText ? [...blocks, { text: '(See the document.)' }] : blocks;
}

/** "The text field in the ContentBlock object is blank" is what the service says of white space alone. */
export function toText(text: string, warnings: Warnings): readonly TextBlock[] {
  if (text.trim() !== '') return [{ text }];
  if (text !== '') warnings.add('changed', 'messages', 'Text of white space alone was left out: Bedrock refuses it.');
  return [];
}

/** Content of an assistant's message; `callId` gives each tool call the id that it is sent under. */
export function toAssistantBlocks(
  parts: readonly Part[],
  callId: (id: string) => string,
  { family, warnings }: MediaContext,
): readonly Block[] {
  return parts.flatMap((part): readonly Block[] => {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return [...toText(part.text, warnings), ...cachePointAfter(part.extras, CONTENT, family, warnings)];
      case 'reasoning':
        return toReasoning(part, family.claude, warnings);
      case 'tool-call': {
        const toolUse = { toolUseId: callId(part.id), name: part.name, input: toToolInput(part, warnings) };
        return [{ toolUse }, ...cachePointAfter(part.extras, 'messages[].tool_calls[]', family, warnings)];
      }
      case 'image':
      case 'file':
      case 'audio':
      case 'video':
      case 'tool-result':
        warnings.add('ignored', 'messages', `The assistant's messages hold no ${part.type} here; it was left out.`);
        return [];
    }
  });
}

/**
 * Reasoning goes back to who can check it. Claude's proofs are Anthropic's, whichever of its hosts made them ("signature
 * values are compatible across platforms", Anthropic's page "Extended thinking"); what Anthropic calls redacted is, within
 * bytes here, the same text.
 */
function toReasoning(
  part: Extract<Part, { type: 'reasoning' }>,
  claude: boolean,
  warnings: Warnings,
): readonly ReasoningBlock[] {
  const { text, signature, redacted } = part;
  if (part.vendor === (claude ? 'anthropic' : 'bedrock')) {
    if (redacted === true) return [{ reasoningContent: { redactedContent: claude ? toBase64(text) : text } }];
    if (signature !== undefined) return [{ reasoningContent: { reasoningText: { text, signature } } }];
  }
  const detail =
    'Reasoning of another vendor, or without its signature, was left out: the model takes back its own only.';
  warnings.add('ignored', 'messages[].reasoning_details', detail);
  return [];
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
