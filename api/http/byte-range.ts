import type { ByteRange } from '../../workflows/contracts/objects.js';
import { RefusedError } from './refused-error.js';

/**
 * The range that a header asks for (RFC 9110, section 14). Several ranges, other units and what is no range are answered
 * with the whole, as the RFC allows. @throws RefusalError `range_not_satisfiable`.
 */
export function readByteRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(bytes - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start < bytes && start <= end) return { start, end };
  const refusal = {
    code: 'range_not_satisfiable',
    message: `The whole is ${bytes} bytes. Ask for bytes that there are.`,
  };
  throw new RefusedError(refusal, { headers: { 'content-range': `bytes */${bytes}` } });
}
