#!/usr/bin/env node
import { reportOldNode } from './node-version.ts';

// What is started. Nothing else may be loaded before the check: an old Node.js breaks at it.

/** Set when the program is built: the lowest version of Node.js that package.json allows. */
declare const neededNode: string;

if (!reportOldNode(neededNode)) void import('./load.ts');
