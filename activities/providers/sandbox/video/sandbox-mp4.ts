const TIMESCALE = 1_000;

/** An MP4 file (ISO/IEC 14496-12) of this length in seconds without a picture in it: enough to be stored, sent and probed. */
export function sandboxMp4(seconds: number): Buffer {
  const brand = box('ftyp', Buffer.concat([Buffer.from('isom'), uint32(0x200), Buffer.from('isomiso2mp41')]));
  return Buffer.concat([brand, box('moov', box('mvhd', movieHeader(seconds))), box('mdat', Buffer.alloc(0))]);
}

/** Version 0 of 8.2.2: times, scale, duration, rate and volume 1, the unity matrix, and the next track's id. */
function movieHeader(seconds: number): Buffer {
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
  return Buffer.concat([
    ...[0, 0, 0, TIMESCALE, Math.round(seconds * TIMESCALE), 0x10000].map(uint32),
    Buffer.from([1, 0]),
    Buffer.alloc(10),
    ...matrix.map(uint32),
    Buffer.alloc(24),
    uint32(1),
  ]);
}

function box(type: string, content: Buffer): Buffer {
  return Buffer.concat([uint32(content.length + 8), Buffer.from(type), content]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
