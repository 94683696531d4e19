/**
 * One base64 text of bytes that came in pieces, each encoded by itself. Pieces of whole groups are only put together; one
 * that ends in padding would end the text for most decoders, so then the bytes are encoded anew.
 */
export function joinBase64(pieces: readonly string[]): string {
  const whole = pieces.slice(0, -1).every((piece) => piece.length % 4 === 0 && !piece.endsWith('='));
  if (whole) return pieces.join('');
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64');
}
