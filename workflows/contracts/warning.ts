/** Something asked for that could not be honoured as asked; reaches the caller, never silently dropped. */
export interface Warning {
  readonly type: 'unsupported' | 'changed' | 'ignored';
  /** The caller's field, for example `logit_bias`. */
  readonly feature: string;
  readonly detail: string;
}
