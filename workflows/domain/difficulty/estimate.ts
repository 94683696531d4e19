import type { Estimate, EstimateReason, TaskKind } from '../../contracts/estimates.js';
import { type EstimatedCall, FEATURES, featuresOf } from './features.js';
import { KIND_DIFFICULTY, KINDS, WEIGHTS } from './weights.js';

const REASONS = 3;

const ROWS = FEATURES.map((name) => WEIGHTS[name]);

/**
 * What a call asks for and how hard that is, from features that can be counted, by weights that were fitted beforehand:
 * no call, no clock, and always the same. `docs/routing-auto.md` says how often it is right.
 */
export function estimateOf(call: EstimatedCall): Estimate {
  const features = featuresOf(call);
  const scores = KINDS.map((_, kind) => sum(features.map((value, index) => value * (ROWS[index]?.kinds[kind] ?? 0))));
  const best = scores.indexOf(Math.max(...scores));
  const kind: TaskKind = KINDS[best] ?? 'chat';
  const hard = features.map((value, index) => value * (ROWS[index]?.difficulty ?? 0));
  const difficulty = 1 / (1 + Math.exp(-sum(hard) - KIND_DIFFICULTY[kind]));
  const towards = features.map((value, index) => value * leadOf(ROWS[index]?.kinds ?? [], best));
  return {
    kind,
    difficulty: Math.round(difficulty * 100) / 100,
    reasons: [...reasonsOf('kind', towards), ...reasonsOf('difficulty', hard)],
  };
}

/**
 * The estimate of a conversation: of its first or of its last request, whichever is harder. A follow-up ("shorter, please")
 * is as hard as what it follows, and the same model goes on, whose cache has the conversation; whoever plans comes to the same
 * without knowing of the turns before.
 */
export function estimateOfConversation(call: EstimatedCall): Estimate {
  const last = estimateOf(call);
  const end = call.messages.findIndex(({ role }) => role === 'user') + 1;
  if (!call.messages.slice(end).some(({ role }) => role === 'user')) return last;
  const first = estimateOf({ ...call, messages: call.messages.slice(0, end) });
  return first.difficulty > last.difficulty ? first : last;
}

/** How far a feature speaks for one kind more than for the rest. */
function leadOf(weights: readonly number[], kind: number): number {
  return (weights[kind] ?? 0) - sum(weights) / Math.max(weights.length, 1);
}

function reasonsOf(of: EstimateReason['of'], contributions: readonly number[]): readonly EstimateReason[] {
  return contributions
    .map((weight, index): EstimateReason => ({
      of,
      feature: FEATURES[index] ?? '',
      weight: Math.round(weight * 100) / 100,
    }))
    .filter(({ feature, weight }) => feature !== 'bias' && weight !== 0)
    .sort((left, right) => Math.abs(right.weight) - Math.abs(left.weight))
    .slice(0, REASONS);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
