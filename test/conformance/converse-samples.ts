import type { ChatCall, Message, Part, Tool, ToolChoice } from '../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';

/** Recorded requests of Converse as the calls that would have been made here to send them; `undefined` for what none can say. */
export function toCall(request: JsonObject, stream: boolean): Partial<ChatCall> | undefined {
  const messages = toMessages(request);
  const tools = toTools(object(request['toolConfig'])['tools']);
  if (messages === undefined || tools === undefined) return undefined;
  const { temperature, topP, maxTokens, stopSequences } = object(request['inferenceConfig']);
  const format = object(object(object(request['outputConfig'])['textFormat'])['structure'])['jsonSchema'];
  const choice = toChoice(object(object(request['toolConfig'])['toolChoice']));
  return {
    messages,
    tools,
    stream,
    ...(choice !== undefined && { toolChoice: choice }),
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof topP === 'number' && { topP }),
    ...(typeof maxTokens === 'number' && { maxOutputTokens: maxTokens }),
    ...(Array.isArray(stopSequences) && { stop: (stopSequences as readonly Json[]).map(text) }),
    ...(format !== undefined && { format: toFormat(object(format)) }),
  };
}

function toFormat({ name, schema, description }: JsonObject): NonNullable<ChatCall['format']> {
  const parsed = JSON.parse(text(schema)) as JsonObject;
  return {
    type: 'json-schema',
    name: text(name),
    schema: parsed,
    ...(description !== undefined && { description: text(description) }),
  };
}

function toMessages(request: JsonObject): readonly Message[] | undefined {
  const system = toParts(request['system']);
  const rest = objects(request['messages']).map(({ role, content }): readonly Message[] | undefined => {
    const parts = toParts(content);
    if (parts === undefined) return undefined;
    if (role === 'assistant') return [{ role, content: parts }];
    const results = parts.filter(({ type }) => type === 'tool-result');
    const others = parts.filter(({ type }) => type !== 'tool-result');
    return [
      ...(results.length > 0 ? [{ role: 'tool', content: results } as const] : []),
      ...(others.length > 0 ? [{ role: 'user', content: others } as const] : []),
    ];
  });
  if (system === undefined || rest.includes(undefined)) return undefined;
  const first = system.length > 0 ? [{ role: 'system', content: system } as const] : [];
  return [...first, ...rest.flatMap((messages) => messages ?? [])];
}

/** `undefined` where a block is of a kind that no part stands for. */
function toParts(blocks: Json | undefined): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const block of objects(blocks)) {
    const last = parts.at(-1);
    if (block['cachePoint'] !== undefined && last !== undefined) {
      const marked = { cache_control: { type: 'ephemeral' } };
      parts[parts.length - 1] = { ...last, extras: { 'openai-chat': marked } };
      continue;
    }
    const part = toPart(block);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

const MEDIA_TYPES: { readonly [format: string]: string } = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  mp4: 'video/mp4',
};

function toPart(block: JsonObject): Part | undefined {
  const [[name, value] = ['', undefined]] = Object.entries(block);
  const fields = object(value);
  const data = text(object(fields['source'])['bytes']);
  const format = text(fields['format']);
  switch (name) {
    case 'text':
      return { type: 'text', text: text(value) };
    case 'image':
      return data === ''
        ? undefined
        : { type: 'image', source: { type: 'base64', mediaType: `image/${format}`, data } };
    case 'document':
    case 'video': {
      const type = name === 'video' ? 'video' : 'file';
      return data === ''
        ? undefined
        : { type, source: { type: 'base64', mediaType: MEDIA_TYPES[format] ?? format, data } };
    }
    case 'toolUse':
      if (fields['type'] === 'server_tool_use') return undefined;
      return {
        type: 'tool-call',
        id: text(fields['toolUseId']),
        name: text(fields['name']),
        arguments: JSON.stringify(fields['input']),
      };
    case 'toolResult': {
      const content = toParts(fields['content']);
      if (content === undefined) return undefined;
      return {
        type: 'tool-result',
        toolCallId: text(fields['toolUseId']),
        content,
        ...(fields['status'] === 'error' && { isError: true }),
      };
    }
    case 'reasoningContent': {
      const said = object(fields['reasoningText']);
      const redacted = Buffer.from(text(fields['redactedContent']), 'base64').toString('utf8');
      const of = { type: 'reasoning', vendor: 'anthropic' } as const;
      if (redacted !== '') return { ...of, text: redacted, redacted: true };
      return said['signature'] === undefined
        ? undefined
        : { ...of, text: text(said['text']), signature: text(said['signature']) };
    }
    default:
      return undefined;
  }
}

function toTools(written: Json | undefined): readonly Tool[] | undefined {
  const tools: Tool[] = [];
  for (const entry of objects(written)) {
    const last = tools.at(-1);
    if (entry['cachePoint'] !== undefined && last?.type === 'function') {
      tools[tools.length - 1] = { ...last, extras: { 'openai-chat': { cache_control: { type: 'ephemeral' } } } };
      continue;
    }
    if (entry['toolSpec'] === undefined) return undefined;
    const { name, description, inputSchema, strict } = object(entry['toolSpec']);
    tools.push({
      type: 'function',
      name: text(name),
      ...(description !== undefined && { description: text(description) }),
      parameters: object(object(inputSchema)['json']),
      ...(strict === true && { strict }),
    });
  }
  return tools;
}

function toChoice(choice: JsonObject): ToolChoice | undefined {
  if (choice['auto'] !== undefined) return { type: 'auto' };
  if (choice['any'] !== undefined) return { type: 'required' };
  return choice['tool'] === undefined ? undefined : { type: 'tool', name: text(object(choice['tool'])['name']) };
}

export function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
