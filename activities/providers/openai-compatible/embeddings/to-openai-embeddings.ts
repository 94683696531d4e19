import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';
import { refuseMoreInputs, textsOf } from '../../embedding-inputs.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { createWarnings, type Warnings } from '../../warnings.js';
import type { EmbeddingsProfile } from './profiles.js';

/** The gateway's own fields, which no vendor is told. */
const OURS: ReadonlySet<string> = new Set([
  'models',
  'provider',
  'include_route',
  'on_disconnect',
  'session_id',
  'input_type',
]);
/** Those that have their own treatment below. */
const READ: ReadonlySet<string> = new Set([...OURS, 'model', 'input', 'dimensions', 'encoding_format']);

/** The body of the vendor's request: the caller's own fields where it speaks this dialect, with the offer's name for the model. */
export function toOpenAiEmbeddings(
  { call, offer }: MediaAttempt<EmbeddingCall>,
  profile: EmbeddingsProfile,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  if (profile.maxInputs !== undefined) refuseMoreInputs(call, profile.maxInputs);
  const { dimensions } = call;
  return {
    body: {
      model: offer.vendorModel,
      input: toInput(call, profile),
      ...(dimensions !== undefined && { [profile.dimensionsField ?? 'dimensions']: dimensions }),
      ...toEncoding(call, profile, warnings),
      ...toInputType(call, profile, warnings),
      ...toOthers(call, profile, warnings),
    },
    warnings: warnings.list(),
  };
}

function toInput({ inputs, source }: EmbeddingCall, { takesTokens }: EmbeddingsProfile): Json {
  if (!takesTokens) return [...textsOf(inputs)];
  const image = inputs.findIndex(({ type }) => type === 'image');
  if (image >= 0) throw refuseCall('This model embeds text only. Leave the image out.', `input[${image}]`);
  const written = source.dialect === 'openai-embeddings' ? source.body['input'] : undefined;
  return (
    written ?? inputs.map((one) => (one.type === 'tokens' ? [...one.ids] : one.type === 'text' ? one.text : null))
  );
}

/** Whatever form the vectors come in, the caller gets the one that it asked for. */
function toEncoding({ source }: EmbeddingCall, { encoding }: EmbeddingsProfile, warnings: Warnings): JsonObject {
  if (encoding === 'left out') return {};
  if (encoding === undefined) {
    const asked = source.body['encoding_format'];
    return asked === undefined || asked === null ? {} : { encoding_format: asked };
  }
  warnings.add('changed', 'encoding_format', 'The vendor gives vectors of whole numbers from -128 to 127.');
  return { encoding_format: encoding };
}

function toInputType(
  { purpose }: EmbeddingCall,
  { inputTypes = {} }: EmbeddingsProfile,
  warnings: Warnings,
): JsonObject {
  if (purpose === undefined) return {};
  const word = inputTypes[purpose];
  if (word !== undefined) return { input_type: word };
  warnings.add('ignored', 'input_type', 'The vendor has no word for this purpose; its vectors are the usual ones.');
  return {};
}

function toOthers(
  { source: { dialect, body }, endUser }: EmbeddingCall,
  { knownFields }: EmbeddingsProfile,
  warnings: Warnings,
): JsonObject {
  const asked = dialect === 'openai-embeddings' ? body : { ...(endUser !== undefined && { user: endUser }) };
  const others = Object.entries(asked).filter(([name, value]) => !READ.has(name) && value !== null);
  if (knownFields === undefined) return Object.fromEntries(others);
  for (const [name] of others.filter(([name]) => !knownFields.includes(name))) {
    warnings.add('unsupported', name, 'The vendor does not take this field; it was left out.');
  }
  return Object.fromEntries(others.filter(([name]) => knownFields.includes(name)));
}
