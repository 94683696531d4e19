/** The model of each vendor that the clients' tests ask for; both answer by the fake vendor. */
export const clientModels = [
  { vendor: 'openai', model: 'openai/gpt-4o-mini' },
  { vendor: 'anthropic', model: 'anthropic/claude-haiku-4-5' },
] as const;

/** More than the credit of the harness's organisation, and within the model's own limits. */
export const dearRequest = { n: 128, max_completion_tokens: 16_000 };
