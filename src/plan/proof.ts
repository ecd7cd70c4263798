import type { Proof as Run } from '../probe/probe.ts';
import type { Hidden, Loss } from './losses.ts';

/** What a run showed, and which of the user's settings limit it. */
export interface Proof extends Run {
  losses: Loss[];
  hidden: Hidden | null;
  provedWith: string;
}
