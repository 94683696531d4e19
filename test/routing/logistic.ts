/** Logistic regression by plain gradient descent: the same weights each time, and no package for two hundred lines of sums. */

export interface Example<Label extends string> {
  readonly features: readonly number[];
  readonly label: Label;
}

export interface FitOptions {
  /** Strength of the ridge: how much large weights cost. The last feature but none is spared. */
  readonly ridge: number;
  readonly steps?: number;
}

/** For each label a row of weights in the order of the features. */
export type Weights<Label extends string> = { readonly [L in Label]: readonly number[] };

/** Multinomial; with two labels it is the usual logistic regression, said twice. */
export function fit<Label extends string>(
  labels: readonly Label[],
  examples: readonly Example<Label>[],
  { ridge, steps = 600 }: FitOptions,
): Weights<Label> {
  const width = examples[0]?.features.length ?? 0;
  const weights = labels.map(() => new Float64Array(width));
  const velocity = labels.map(() => new Float64Array(width));
  for (let step = 0; step < steps; step += 1) {
    const gradients = weights.map((row) => row.map((weight) => (weight * ridge) / examples.length));
    for (const { features, label } of examples) {
      const likely = softmax(weights.map((row) => dot(row, features)));
      for (const [index, gradient] of gradients.entries()) {
        const error = (likely[index] ?? 0) - (labels[index] === label ? 1 : 0);
        for (let at = 0; at < width; at += 1) gradient[at]! += (error * (features[at] ?? 0)) / examples.length;
      }
    }
    for (const [index, row] of weights.entries()) {
      for (let at = 0; at < width; at += 1) {
        velocity[index]![at] = 0.9 * velocity[index]![at]! - 0.5 * gradients[index]![at]!;
        row[at]! += velocity[index]![at]!;
      }
    }
  }
  return Object.fromEntries(labels.map((label, index) => [label, [...weights[index]!]])) as unknown as Weights<Label>;
}

export function softmax(scores: readonly number[]): readonly number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

export function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
}
