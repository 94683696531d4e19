import { expect, it } from 'vitest';
import { mediaTypeOf } from './media-type.js';

it.each([
  ['image/png', 'text/html', 'image/png'],
  ['image/png', undefined, 'image/png'],
  [undefined, 'text/csv; charset=utf-8', 'text/csv'],
  [undefined, 'Application/JSON', 'application/json'],
  [undefined, 'application/octet-stream', 'application/octet-stream'],
  [undefined, undefined, 'application/octet-stream'],
  [undefined, '', 'application/octet-stream'],
  [undefined, 'text/html\r\nset-cookie: a', 'application/octet-stream'],
  [
    'application/zip',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['application/zip', undefined, 'application/zip'],
])('bytes that say %s and are declared %s are %s', (sniffed, declared, expected) => {
  expect(mediaTypeOf(sniffed, declared)).toBe(expected);
});
