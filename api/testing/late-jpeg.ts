/** The longest that a segment of a JPEG can be, without its marker. */
const SEGMENT_BYTES = 65_535;

/** A JPEG that says its size only behind so many bytes of what an editor has written into it (APP13). */
export function lateJpeg(size: { readonly width: number; readonly height: number }, beforeBytes: number): Buffer {
  const segment = Buffer.alloc(SEGMENT_BYTES + 2, 1);
  segment.writeUInt16BE(0xffed);
  segment.writeUInt16BE(SEGMENT_BYTES, 2);
  const frame = Buffer.from('ffc0001108000000000301220002110103110100', 'hex').subarray(0, 19);
  frame.writeUInt16BE(size.height, 5);
  frame.writeUInt16BE(size.width, 7);
  const segments = Array.from({ length: Math.ceil(beforeBytes / segment.length) }, () => segment);
  return Buffer.concat([Buffer.of(0xff, 0xd8), ...segments, frame, Buffer.of(0xff, 0xd9)]);
}
