/** The gateway's own fields in requests for media, which no vendor is told. */
export const OWN_FIELDS: ReadonlySet<string> = new Set([
  'models',
  'provider',
  'include_route',
  'on_disconnect',
  'session_id',
  'diarize',
]);
