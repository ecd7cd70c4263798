/** Milliseconds that Claude Code has to start, send its request and exit. */
export const runTimeLimit = 60_000;

/** Milliseconds that it has left to exit by itself once its request was answered; then it is killed. */
export const exitTimeLimit = 3000;
