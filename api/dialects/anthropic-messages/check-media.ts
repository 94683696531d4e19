/** The beginnings, in base64, of the image formats that the dialect knows. */
const IMAGE_STARTS: readonly (readonly [prefix: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGODdh', 'image/gif'],
  ['R0lGODlh', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** Line breaks are allowed, as encoders of mail put them in. */
const BASE64 = /^[A-Za-z0-9+/\r\n]*={0,2}\s*$/;

/** What is certainly wrong with base64 data; nothing where the vendor might still take it. */
export function base64Problem(data: string): string | undefined {
  if (data.startsWith('data:')) return 'Input should be base64 alone, without the beginning of a data URL';
  return BASE64.test(data) ? undefined : 'Input should be valid base64';
}

/** What is certainly wrong with an image, told from its first bytes. */
export function imageProblem(data: string, mediaType: string): string | undefined {
  const broken = base64Problem(data);
  if (broken !== undefined) return broken;
  const found = IMAGE_STARTS.find(([prefix]) => data.startsWith(prefix))?.[1];
  if (found === undefined) return 'Could not process image: the data is of none of the formats that are read';
  if (found === mediaType) return undefined;
  return `The image was specified using the ${mediaType} media type, but the image appears to be a ${found} image`;
}
