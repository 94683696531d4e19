/** Under what an offer's health is found, as a whole or through one credential. */
export function healthKey(offerId: string, credentialId?: string): string {
  return credentialId === undefined ? offerId : `${offerId}@${credentialId}`;
}

/** Under what the health of an account is kept, in an offer's place: all offers of its vendor. Every id begins with the vendor. */
export function accountOf(offerId: string): string {
  return `${offerId.slice(0, offerId.indexOf('/'))}/*`;
}
