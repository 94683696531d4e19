/** What the dialect allows as the id of a tool call. */
const VALID = /^[a-zA-Z0-9_-]+$/;
const PREFIX = 'toolu_sluice_';

/**
 * An id of another vendor's call as this dialect takes it: as it is where it is valid, else written out so that
 * `readToolId` finds it again in what the caller sends back. Nothing has to be remembered.
 */
export function writeToolId(id: string): string {
  return VALID.test(id) && !id.startsWith(PREFIX) ? id : `${PREFIX}${Buffer.from(id).toString('base64url')}`;
}

/** The vendor's own id; any other text stays as it is. */
export function readToolId(id: string): string {
  if (!id.startsWith(PREFIX)) return id;
  const original = Buffer.from(id.slice(PREFIX.length), 'base64url').toString();
  return writeToolId(original) === id ? original : id;
}
