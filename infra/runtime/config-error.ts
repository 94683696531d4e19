/** One thing wrong with the configuration. Holds no secret: values of secret settings are never quoted. */
export interface ConfigProblem {
  readonly setting: string;
  /** Reads on from the setting's name: "is required and not set". */
  readonly problem: string;
  /** A sentence that says what to do. */
  readonly fix: string;
}

/** All problems of a configuration at once, so that nobody has to find them one start at a time. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ setting, problem, fix }) => `  ${setting} ${problem}.\n      ${fix}`);
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
