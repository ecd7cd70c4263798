import type { Proof as Run } from '../probe/probe.ts';
import type { Hidden, Loss } from './losses.ts';

/** What a run showed, and what of the user's keeps capabilities from being shown. */
export interface Proof extends Run {
  losses: Loss[];
  hidden: Hidden | null;
  provedWith: string;
}
