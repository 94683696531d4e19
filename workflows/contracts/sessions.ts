/** What is remembered of a session: which model was chosen, and how long its text was. Never what it said. */
export interface SessionChoice {
  readonly model: string;
  readonly textBytes: number;
}

/** Which model a session's last request was given. Sessions are named by a hash; both return at once. */
export interface SessionMemory {
  recall(session: string): SessionChoice | undefined;
  note(session: string, choice: SessionChoice): void;
}
