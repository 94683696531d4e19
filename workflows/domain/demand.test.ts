import { describe, expect, it } from 'vitest';
import type { Part, Tool } from '../contracts/call.js';
import type { JsonObject } from '../contracts/json.js';
import { demandOf } from './demand.js';
import { chatCall } from './test-values.js';

const text: Part = { type: 'text', text: 'hello' };
const png = 'A'.repeat(400_000);
const image: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: png } };
const pdf: Part = { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: png } };
const wav: Part = { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: png }, format: 'wav' };
const search = (definition: JsonObject): Tool => ({
  type: 'opaque',
  dialect: 'anthropic-messages',
  name: 'web_search',
  definition,
});
const body = (changes: JsonObject) => ({
  source: { dialect: 'openai-chat' as const, body: { model: 'gpt-x', ...changes } },
});

describe('demandOf', () => {
  it('bounds text by the bytes of the body, tools and unknown fields included', () => {
    const source = body({ messages: [{ role: 'user', content: 'häuser 😀' }], tools: [{ a: 1 }], x: null });
    const demand = demandOf(chatCall([text], source));
    const bytes = Buffer.byteLength(JSON.stringify(source.source.body));
    expect(demand.inputBytes).toBeGreaterThanOrEqual(bytes);
    expect(demand.inputBytes).toBeLessThanOrEqual(bytes + 10);
    expect(demand).toMatchObject({ images: 0, unboundedMedia: false, choices: 1, searches: 0, needs: [] });
    expect('maxOutputTokens' in demand).toBe(false);
  });

  it('tells the bytes of the text alone, by which unreported input is counted', () => {
    const tool: Tool = { type: 'function', name: 'look', description: 'Looks.', parameters: { a: 1 } };
    const called: Part = { type: 'tool-call', id: '1', name: 'look', arguments: '{}' };
    const demand = demandOf(chatCall([{ type: 'text', text: 'häu' }, called, image], { tools: [tool] }));
    expect(demand.textBytes).toBe(4 + 6 + 4 + 6 + 8);
  });

  it.each(['max_tokens', 'max_completion_tokens', 'max_output_tokens'])(
    'asks for nothing more where %s is added',
    (cap) => {
      const without = demandOf(chatCall([text], body({})));
      expect(demandOf(chatCall([text], body({ [cap]: 978 }))).inputBytes).toBe(without.inputBytes);
    },
  );

  it('passes the caller’s cap and choices on', () => {
    expect(demandOf(chatCall([text], { maxOutputTokens: 7, choices: 3 }))).toMatchObject({
      maxOutputTokens: 7,
      choices: 3,
    });
  });

  it('counts images, not their bytes', () => {
    const messages = [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] },
    ];
    const demand = demandOf(chatCall([image], body({ messages })));
    expect(demand).toMatchObject({ images: 1, unboundedMedia: false, needs: ['images'] });
    expect(demand.inputBytes).toBeLessThan(200);
    expect(demand.inputBytes).toBeGreaterThan(100);
  });

  it('counts an image in a tool’s result, and one by reference', () => {
    const byUrl: Part = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    const result: Part = { type: 'tool-result', toolCallId: '1', content: [text, image, byUrl] };
    expect(demandOf(chatCall([result, byUrl]))).toMatchObject({ images: 3, unboundedMedia: false });
  });

  it('never falls below nothing, whatever the body looks like', () => {
    expect(demandOf(chatCall([image])).inputBytes).toBe(0);
  });

  it.each([
    ['a file', pdf, true, ['files']],
    ['a file by id', { type: 'file', source: { type: 'file-id', id: 'file-1' } }, true, ['files']],
    [
      'audio by reference',
      { type: 'audio', source: { type: 'url', url: 'https://example.com' } },
      true,
      ['audio_input'],
    ],
    ['audio in the body', wav, false, ['audio_input']],
  ] as const)('%s', (_, part, unboundedMedia, needs) => {
    expect(demandOf(chatCall([part]))).toMatchObject({ unboundedMedia, needs });
  });

  it('leaves the bytes of audio in the bound', () => {
    const messages = [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: png, format: 'wav' } }] }];
    expect(demandOf(chatCall([wav], body({ messages }))).inputBytes).toBeGreaterThan(400_000);
  });

  it('knows what the call cannot do without', () => {
    const tool: Tool = { type: 'function', name: 'f' };
    const format = { type: 'json-schema', name: 's', schema: {} } as const;
    expect(demandOf(chatCall([text], { tools: [tool], format, reasoningEffort: 'high' })).needs).toEqual([
      'tools',
      'json_schema',
    ]);
    expect(demandOf(chatCall([text], { format: { type: 'json-object' } })).needs).toEqual([]);
    expect(demandOf(chatCall([text], body({ modalities: ['text', 'audio'] }))).needs).toEqual(['audio_output']);
    expect(demandOf(chatCall([text], body({ modalities: ['text'] }))).needs).toEqual([]);
  });

  it('counts what the vendor does by itself, and says what it knows of it', () => {
    const source = { dialect: 'anthropic-messages', body: {} } as const;
    const limited = search({ type: 'web_search_20250305', max_uses: 3 });
    const demand = demandOf(chatCall([text], { source, tools: [limited] }));
    expect(demand).toMatchObject({ searches: 3, vendorSteps: 3, unboundedMedia: true, needs: ['tools', 'web_search'] });
    const tools = [search({ type: 'bash_20250124' })];
    const own = demandOf(chatCall([text], { source, tools }));
    expect(own).toMatchObject({ searches: 0, unboundedMedia: false, needs: ['tools'] });
    expect(own).not.toHaveProperty('vendorSteps');
  });
});
