import type { FastifyInstance } from 'fastify';
import { actAs, type ActingTerms } from '../api/http/acting-as.js';
import type { ActingKey, Submissions, SubmittedPost } from '../workflows/contracts/submissions.js';

export interface ComposedSubmissions {
  readonly submissions: Submissions;
  /** The API of this process, which is composed after the steps that send to it; what was sent before waits for it. */
  servedBy(app: FastifyInstance): void;
}

/** Lets steps send requests by the front door of this process's API, without a connection. */
export function composeSubmissions(): ComposedSubmissions {
  let servedBy: ComposedSubmissions['servedBy'] = () => undefined;
  const serving = new Promise<FastifyInstance>((resolve) => {
    servedBy = resolve;
  });
  const send = async (as: ActingKey, { path, headers, body }: SubmittedPost, terms: ActingTerms) => {
    const app = await serving;
    const asked = {
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/json', ...headers },
      payload: body,
    } as const;
    const response = await actAs(as, () => app.inject(asked), terms);
    return { status: response.statusCode, headers: textOf(response.headers), body: response.body };
  };
  return {
    servedBy: (app) => servedBy(app),
    submissions: {
      submit: (as, post, line) => send(as, post, { line }),
      check: (as, post) => send(as, post, { checkOnly: true }),
    },
  };
}

function textOf(headers: { readonly [name: string]: number | string | readonly string[] | undefined }) {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );
}
