// Bundles what must stand alone after `tsc`: the rules' program, which is copied into variants,
// and the token counter, whose tables are a tenth of the package they come in.
import { copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

const common = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };
await Promise.all([
  build({
    ...common,
    entryPoints: ['src/rules/main.ts'],
    outfile: 'dist/rules.cjs',
    format: 'cjs',
    minify: true,
  }),
  build({
    ...common,
    entryPoints: ['src/skill/tokens.ts'],
    outfile: 'dist/skill/tokens.js',
    format: 'esm',
    allowOverwrite: true,
    minify: true,
  }),
  copyFile('node_modules/gpt-tokenizer/LICENSE', 'dist/skill/tokens.LICENSE'),
]);
