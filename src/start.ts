#!/usr/bin/env node
import { reportOldNode } from './node-version.ts';

// The entry point. It loads nothing before the check, as an old Node.js cannot parse the rest.

/** Set by build.mjs: the lowest version of Node.js that package.json allows. */
declare const neededNode: string;

if (!reportOldNode(neededNode)) void import('./load.ts');
