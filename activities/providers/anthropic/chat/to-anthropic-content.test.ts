import { describe, expect, it } from 'vitest';
import type { Part } from '../../../../workflows/contracts/call.js';
import { ProviderFailure } from '../../port.js';
import { calls, HELLO, say, translate } from './test-attempt.js';

const base64 = (words: string) => Buffer.from(words).toString('base64');

const PDF = base64('%PDF-1.7 …');

describe('media of the user', () => {
  it.each<readonly [string, Part, object]>([
    [
      'an image by its data',
      { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    ],
    [
      'an image of a type that does not exist',
      { type: 'image', source: { type: 'base64', mediaType: 'image/jpg', data: 'AAAA' }, detail: 'auto' },
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' } },
    ],
    [
      'an image by its address',
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    ],
    [
      'a PDF',
      { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: PDF }, filename: 'a.pdf' },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF }, title: 'a.pdf' },
    ],
    [
      'a PDF of an unknown type',
      { type: 'file', source: { type: 'base64', mediaType: 'application/octet-stream', data: PDF } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF } },
    ],
    [
      'a file of text',
      { type: 'file', source: { type: 'base64', mediaType: 'text/csv; charset=utf-8', data: base64('Zürich,1') } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Zürich,1' } },
    ],
    [
      'a file by its address',
      { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' } },
      { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
    ],
  ])('%s is sent', (_name, part, block) => {
    expect(translate({ messages: [say('user', part)] })).toMatchObject({
      body: { messages: [{ content: [block] }] },
      warned: [],
    });
  });

  it('have no level of detail', () => {
    const part: Part = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' }, detail: 'low' };
    expect(translate({ messages: [say('user', part)] }).warned).toEqual([
      'ignored messages[].content[].image_url.detail',
    ]);
  });

  it('may be what a tool answers', () => {
    const image: Part = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    const tool = { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: [image] }] } as const;
    const { body } = translate({ messages: [HELLO, say('assistant', calls('a')), tool] });
    expect(body.messages[2]?.content[0]).toMatchObject({ content: [{ type: 'image' }] });
  });

  it.each<readonly [string, Part]>([
    ['audio', { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'AAAA' }, format: 'wav' }],
    ["another vendor's image", { type: 'image', source: { type: 'file-id', id: 'file-1' } }],
    ["another vendor's file", { type: 'file', source: { type: 'file-id', id: 'file-1' } }],
    [
      'a file of another type',
      { type: 'file', source: { type: 'base64', mediaType: 'application/zip', data: 'AAAA' } },
    ],
    ['text that is none', { type: 'file', source: { type: 'base64', mediaType: 'text/plain', data: '/////w==' } }],
  ])('%s is refused, with its place', (_name, part) => {
    let thrown: unknown;
    try {
      translate({ messages: [HELLO, say('user', 'look', part)] });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProviderFailure);
    expect(thrown).toMatchObject({
      failure: { class: 'invalid_request' },
      detail: { param: 'messages[1].content[1]' },
    });
  });
});

describe('media of the assistant', () => {
  it('is left out', () => {
    const image: Part = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    expect(translate({ messages: [HELLO, say('assistant', 'see', image), HELLO] })).toMatchObject({
      body: { messages: [{}, { content: [{ text: 'see' }] }, {}] },
      warned: ['ignored messages'],
    });
  });

  it('that refuses is text', () => {
    const { body } = translate({ messages: [HELLO, say('assistant', { type: 'refusal', text: 'no' }), HELLO] });
    expect(body.messages[1]?.content).toEqual([{ type: 'text', text: 'no' }]);
  });
});
