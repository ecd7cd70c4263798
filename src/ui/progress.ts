/** Receives what a long operation is doing, to show it to the user. */
export interface Progress {
  /** Starts a new step. Throws if the operation was interrupted. */
  step(text: string): void;
  /** The bytes of the current step so far; `total` is null if unknown. */
  bytes(done: number, total: number | null): void;
  /** Something that the user should know, even if the operation fails. */
  note(text: string): void;
}

export const silentProgress: Progress = { step() {}, bytes() {}, note() {} };
