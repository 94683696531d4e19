import type { Warning } from '../../workflows/contracts/answer.js';
import type { RerankCall, RerankDocument } from '../../workflows/contracts/media-calls.js';
import { refuseCall } from './refuse-call.js';

/** The documents as texts. Refuses pictures, which a reader of texts cannot rank. */
export function documentTexts(documents: readonly RerankDocument[]): readonly string[] {
  return documents.map((document, index) => {
    if (document.type === 'text') return document.text;
    throw refuseCall('This model ranks text only. Leave the picture out.', `documents[${index}]`);
  });
}

export function refuseMoreDocuments({ documents }: Pick<RerankCall, 'documents'>, most: number): void {
  if (documents.length <= most) return;
  const message = `This model ranks at most ${most} documents in a request, but got ${documents.length}. Send several requests.`;
  throw refuseCall(message, 'documents');
}

/** What a vendor that cuts documents by its own rule does not do as asked. */
export function ignoredOfRerank({ maxTokensPerDocument }: RerankCall): readonly Warning[] {
  if (maxTokensPerDocument === undefined) return [];
  return [
    {
      type: 'unsupported',
      feature: 'max_tokens_per_doc',
      detail: 'The vendor cuts long documents by its own rule.',
    },
  ];
}
