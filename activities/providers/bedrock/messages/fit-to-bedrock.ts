import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObjects } from '../../json-fields.js';
import { asText } from '../../anthropic/chat/json-fields.js';
import { ProviderFailure } from '../../port.js';
import type { CountQuestion } from '../../port.js';

/** Fields of Anthropic's own API that the model behind Bedrock refuses as "extra inputs". */
const NO_FIELDS = ['service_tier', 'inference_geo', 'speed'];

/** Values that ask for no more than is done anyway. */
const DEFAULTS = ['auto', 'standard_only', 'standard'];

/**
 * Beta features that Bedrock knows (user guide, "Anthropic Claude Messages API", `anthropic_beta`). It refuses a request with
 * any other ("invalid beta flag"), and Anthropic's clients send some with every request.
 */
const BETAS = [
  ...[
    'computer-use-2024-10-22',
    'computer-use-2025-01-24',
    'computer-use-2025-11-24',
    'token-efficient-tools-2025-02-19',
  ],
  ...['interleaved-thinking-2025-05-14', 'output-128k-2025-02-19', 'dev-full-thinking-2025-05-14'],
  ...['context-1m-2025-08-07', 'context-management-2025-06-27', 'effort-2025-11-24', 'tool-search-tool-2025-10-19'],
  ...['tool-examples-2025-10-29', 'fine-grained-tool-streaming-2025-05-14'],
];

/**
 * Tools that Anthropic's own servers run: of these Bedrock says "does not match any of the expected tags: 'bash_20250124',
 * 'custom', 'text_editor_20250124', …" (recorded).
 */
const SERVER_TOOLS = /^(web_search|web_fetch|code_execution|advisor|mcp_toolset)/;

export interface Fitting<A> {
  readonly attempt: A;
  readonly warnings: readonly Warning[];
}

/**
 * A call in Anthropic's dialect without what Bedrock refuses and can be done without. Throws `model_not_found`, so that
 * another vendor of the model is asked, for tools that only Anthropic runs.
 */
export function fitToBedrock<A extends CountQuestion>(attempt: A): Fitting<A> {
  const { call } = attempt;
  const { body } = call.source;
  refuseServerTools(body);
  const lost = NO_FIELDS.filter((field) => body[field] !== undefined && body[field] !== null);
  const [betas, unknownBetas] = splitBetas(call.vendorHeaders?.['anthropic-beta']);
  const { 'anthropic-beta': _betas, ...headers } = call.vendorHeaders ?? {};
  const vendorHeaders = { ...headers, ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }) };
  const source = { ...call.source, body: without(body, lost) };
  return {
    attempt: { ...attempt, call: { ...call, source, vendorHeaders } },
    warnings: [
      ...lost.filter((field) => !DEFAULTS.includes(asText(body[field]) ?? '')).map((field) => unsupported(field)),
      ...(unknownBetas.length > 0 ? [unsupported('anthropic-beta')] : []),
    ],
  };
}

function refuseServerTools(body: JsonObject): void {
  const index = asObjects(body['tools']).findIndex(({ type }) => SERVER_TOOLS.test(asText(type) ?? ''));
  if (index < 0) return;
  throw new ProviderFailure(
    { class: 'model_not_found' },
    {
      message: 'Only Anthropic itself runs this tool. Leave it out, or name a model of Anthropic’s own.',
      param: `tools[${index}]`,
    },
  );
}

function splitBetas(header: string | undefined): readonly [known: readonly string[], unknown: readonly string[]] {
  const asked = (header ?? '').split(',').map((beta) => beta.trim());
  const named = asked.filter((beta) => beta !== '');
  return [named.filter((beta) => BETAS.includes(beta)), named.filter((beta) => !BETAS.includes(beta))];
}

function without(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

function unsupported(feature: string): Warning {
  const detail =
    feature === 'anthropic-beta'
      ? 'Beta features that Bedrock does not know were left out: it refuses them.'
      : 'Bedrock does not take this field; it was left out.';
  return { type: 'unsupported', feature, detail };
}
