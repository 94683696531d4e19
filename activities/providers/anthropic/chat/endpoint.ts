import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VendorResponse } from '../../http.js';
import type { ChatAttempt } from '../../port.js';

/** One call in the form of Anthropic's own API, before it is known where it goes. */
export interface MessagesAsked {
  readonly attempt: ChatAttempt;
  /** The body of `POST /v1/messages`, with `model` and, where the answer is to be streamed, `stream`. */
  readonly body: JsonObject;
  /** Names of beta features, which the API takes as its header `anthropic-beta`. */
  readonly betas: readonly string[];
}

/** What is sent. The body is written out already, because a signature may cover its bytes. */
export interface MessagesSent {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Where Messages are sent and in which guise: Anthropic's own API, or a cloud's. May fetch a token or sign. */
export type MessagesEndpoint = (asked: MessagesAsked) => MessagesSent | Promise<MessagesSent>;

/** The events of a streamed answer, in the form of Anthropic's own API. Throws a `ProviderFailure`. */
export type ReadMessagesEvents = (response: VendorResponse) => AsyncIterable<JsonObject>;
