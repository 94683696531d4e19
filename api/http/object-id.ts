/** Whether a part of an address can be an id of ours at all; nothing else is worth a look into the database. */
export function isObjectId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}
