import { ProviderFailure } from './port.js';

/** Refuses a call before anything is sent: the vendor could not answer it, and to leave part of it out would mislead. */
export function refuseCall(message: string, param: string): ProviderFailure {
  return new ProviderFailure({ class: 'invalid_request' }, { message, param });
}
