/** Under what an offer's health is found, as a whole or through one credential. */
export function healthKey(offerId: string, credentialId?: string): string {
  return credentialId === undefined ? offerId : `${offerId}@${credentialId}`;
}
