interface ClientTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: {
      type: 'object';
      properties: { [name: string]: { type: 'string' | 'integer' } };
      required: string[];
    };
  };
}

/** Two tools as callers declare them; the fake vendor calls them in turn with an example of their schema. */
export const clientTools: ClientTool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather in a city.',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer' } },
        required: ['city', 'days'],
      },
    },
  },
  {
    type: 'function',
    function: {
      name: 'get_clock',
      description: 'The time in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];

/** What the fake vendor fills the two schemas with. */
export const clientToolCalls = [
  { name: 'get_weather', input: { city: 'Zürich 水門', days: 7 } },
  { name: 'get_clock', input: { city: 'Zürich 水門' } },
] as const;
