import type { Part } from '../../../../workflows/contracts/call.js';
import { carryExtras } from './carried-extras.js';
import { refuseCall } from '../../refuse-call.js';
import { toAnthropicDocument } from './to-anthropic-document.js';
import { toToolInput } from '../../tool-input.js';
import type { Block, ImageBlock, MediaBlock, TextBlock } from './wire.js';
import type { Warnings } from '../../warnings.js';

/** Where a part stands, for warnings (without numbers, so that they repeat) and for refusals (with them). */
export interface Place {
  readonly param: string;
}

const CONTENT = 'messages[].content[]';

/** Content of a user's message or of a tool's result. Throws `invalid_request` for media that the vendor does not take. */
export function toMediaBlocks(parts: readonly Part[], { param }: Place, warnings: Warnings): readonly MediaBlock[] {
  return parts.flatMap((part, index) => toMediaBlock(part, `${param}.content[${index}]`, warnings));
}

function toMediaBlock(part: Part, param: string, warnings: Warnings): readonly MediaBlock[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return toTextBlock(part, warnings);
    case 'image':
      return [{ ...toImageBlock(part, param, warnings), ...carryExtras(part.extras, CONTENT, warnings) }];
    case 'file':
      return [{ ...toAnthropicDocument(part, param), ...carryExtras(part.extras, CONTENT, warnings) }];
    case 'audio':
      throw refuseCall('Anthropic takes no audio. Send a transcript, or name another model.', param);
    case 'video':
      throw refuseCall('Anthropic takes no video. Send frames as images, or name another model.', param);
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
      warnings.add('ignored', 'messages', `A ${part.type} has no place in this message and was left out.`);
      return [];
  }
}

/** The vendor refuses empty text, and a message of nothing but white space. */
export function toTextBlock(
  part: Extract<Part, { type: 'text' | 'refusal' }>,
  warnings: Warnings,
): readonly TextBlock[] {
  const carried = carryExtras(part.extras, CONTENT, warnings);
  if (part.text.trim() !== '') return [{ type: 'text', text: part.text, ...carried }];
  if (part.text !== '')
    warnings.add('changed', 'messages', 'Text of white space alone was left out: Anthropic refuses it.');
  return [];
}

function toImageBlock(part: Extract<Part, { type: 'image' }>, param: string, warnings: Warnings): ImageBlock {
  const { source, detail } = part;
  if (detail !== undefined && detail !== 'auto') {
    warnings.add('ignored', `${CONTENT}.image_url.detail`, 'Anthropic has no levels of detail.');
  }
  switch (source.type) {
    case 'url':
      return { type: 'image', source: { type: 'url', url: source.url } };
    case 'base64':
      return { type: 'image', source: { type: 'base64', media_type: imageType(source.mediaType), data: source.data } };
    case 'file-id':
      throw refuseCall('A file id of another vendor means nothing to Anthropic. Send the data itself.', param);
  }
}

/** A media type that does not exist but is often sent. */
function imageType(mediaType: string): string {
  return mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
}

/** Content of an assistant's message; `callId` gives each tool call the id that it is sent under. */
export function toAssistantBlocks(
  parts: readonly Part[],
  callId: (id: string) => string,
  warnings: Warnings,
): readonly Block[] {
  return parts.flatMap((part): readonly Block[] => {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return toTextBlock(part, warnings);
      case 'reasoning':
        return toThinkingBlock(part, warnings);
      case 'tool-call': {
        const carried = carryExtras(part.extras, 'messages[].tool_calls[]', warnings);
        return [
          { type: 'tool_use', id: callId(part.id), name: part.name, input: toToolInput(part, warnings), ...carried },
        ];
      }
      case 'image':
      case 'file':
      case 'audio':
      case 'video':
      case 'tool-result':
        warnings.add(
          'ignored',
          'messages',
          `The assistant's messages hold no ${part.type} at Anthropic; it was left out.`,
        );
        return [];
    }
  });
}

/** Only the vendor's own reasoning is taken back, and only with its proof; both go back byte for byte. */
function toThinkingBlock(part: Extract<Part, { type: 'reasoning' }>, warnings: Warnings): readonly Block[] {
  if (part.vendor === 'anthropic') {
    if (part.redacted === true) return [{ type: 'redacted_thinking', data: part.text }];
    if (part.signature !== undefined) return [{ type: 'thinking', thinking: part.text, signature: part.signature }];
  }
  const detail =
    'Reasoning of another vendor, or without its signature, was left out: Anthropic takes back its own only.';
  warnings.add('ignored', 'messages[].reasoning_details', detail);
  return [];
}
