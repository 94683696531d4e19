const unknownType = 'application/octet-stream';
/** What holds other formats, which whoever made it knows better. */
const containers = ['application/zip', 'application/x-cfb', 'application/xml', 'application/gzip'];
const typePattern = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** What bytes are: by themselves where they tell, else as they are declared. In lower case, without parameters. */
export function mediaTypeOf(sniffed: string | undefined, declared: string | undefined): string {
  const said = declared?.split(';')[0]?.trim().toLowerCase();
  const named = said !== undefined && typePattern.test(said) && said !== unknownType ? said : undefined;
  if (sniffed === undefined) return named ?? unknownType;
  return containers.includes(sniffed) ? (named ?? sniffed) : sniffed;
}
