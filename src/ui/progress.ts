/** Told what a long operation is doing, for a person to see. */
export interface Progress {
  /** A new step begins. An operation that has been interrupted ends here, by an exception. */
  step(text: string): void;
  /** Bytes so far of the step that is running; `total` where it is known. */
  bytes(done: number, total: number | null): void;
  /** Something that the user should know, whatever comes of the operation. */
  note(text: string): void;
}

export const silentProgress: Progress = { step() {}, bytes() {}, note() {} };
