import { askJson, toldWarnings } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import { ignoredOfRerank, refuseMoreDocuments } from '../../rerank-documents.js';
import type { VertexPlace } from '../endpoints.js';
import { fromRank, toRank } from './semantic-ranker.js';

/** "Up to 200 records per request" (https://cloud.google.com/generative-ai-app-builder/docs/ranking). */
const MAX_DOCUMENTS = 200;
const ROOT = 'https://discoveryengine.googleapis.com';

/** The ranking API of Google Cloud, which is global and knows no location. */
export function createVertexRerank({
  place: { project, baseUrl = ROOT },
  http,
}: {
  readonly place: VertexPlace;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['rerank']> {
  const root = baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
  const configs = `${root}/v1/projects/${encodeURIComponent(project)}/locations/global/rankingConfigs`;
  const target = { url: `${configs}/default_ranking_config:rank`, headers: { 'x-goog-user-project': project } };
  return async function* rerank(attempt) {
    const { call, offer } = attempt;
    refuseMoreDocuments(call, MAX_DOCUMENTS);
    const answer = await askJson(http, target, toRank(call, offer.vendorModel), attempt);
    yield* toldWarnings(ignoredOfRerank(call));
    yield fromRank(answer, call);
  };
}
