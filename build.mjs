// Makes dist/: the program in one file with all that it needs, so that nothing else has to be
// fetched and it starts fast; the token counter, whose tables take longer to load than all the rest;
// and the rules' program, which is copied into variants.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
  // Its other form loads its parts while it runs, so they would be missing.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};
const knowingItself = {
  // Without node: so that old versions of Node.js come as far as being told that they are.
  banner: { js: "const thisFile = require('url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'thisFile' },
};
/** What few commands need stays in files of its own, loaded by those that do. */
const apart = {
  'tokens.ts': 'src/skill/tokens.ts',
  '@clack/prompts': '@clack/prompts',
  acorn: 'acorn',
  execa: 'execa',
  tar: 'tar',
  yaml: 'yaml',
};
/** A file of ours goes by its own name, wherever it is imported from. */
const apartName = (path) => path.replace(/^\.[./]*\/(?:.*\/)?(?=[^/]+\.ts$)/, '');
const fileOf = (name) => `${name.replace(/^\W+|\.ts$/g, '').replace(/\W+/g, '-')}.js`;
const loadedApart = {
  name: 'loaded-apart',
  setup({ onResolve, onLoad }) {
    // Commander starts programs for subcommands that are such; loading what it would do that with
    // takes as long as all the rest of it.
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'nothing', namespace: 'nothing' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
    onResolve({ filter: /^[@.\w]/ }, ({ path, kind }) =>
      apartName(path) in apart && kind !== 'entry-point'
        ? { path: `./${fileOf(apartName(path))}`, external: true }
        : undefined,
    );
  },
};
const builds = await Promise.all([
  build({
    ...common,
    entryPoints: ['src/cli.ts'],
    outfile: 'dist/main.js',
    // Native code stays a package of its own.
    external: ['@napi-rs/keyring'],
    plugins: [loadedApart],
    supported: { 'dynamic-import': false },
    ...knowingItself,
    define: {
      ...knowingItself.define,
      builtFrom: JSON.stringify(await roomIds('bundle', 'gates', 'probe', 'skill')),
    },
  }),
  ...Object.entries(apart).map(([name, path]) =>
    build({ ...common, entryPoints: [path], outfile: `dist/${fileOf(name)}` }),
  ),
  build({
    ...common,
    entryPoints: ['src/rules/main.ts'],
    outfile: 'dist/rules.cjs',
    minify: true,
  }),
]);
const [{ metafile }] = builds;
for (const file of Object.keys(metafile.inputs)) {
  const isApart = (path) => file === path || file.startsWith(`node_modules/${path}/`);
  if (Object.values(apart).some(isApart)) throw new Error(`${file} is in main.js, not apart`);
}
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
const main = createHash('sha256').update(await readFile('dist/main.js'));
const { engines } = JSON.parse(await readFile('package.json', 'utf8'));
await build({
  ...common,
  ...knowingItself,
  entryPoints: ['src/start.ts'],
  outfile: 'dist/cli.js',
  // So that a Node.js which is too old can say so.
  target: 'node10.12',
  supported: { 'dynamic-import': false },
  define: {
    ...knowingItself.define,
    mainId: JSON.stringify(main.digest('hex').slice(0, 16)),
    neededNode: JSON.stringify(engines.node.replace('>=', '')),
  },
});
await chmod('dist/cli.js', 0o755);
const inputs = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
await writeFile('dist/LICENSES.txt', await licencesOf(inputs));

/** The licence of every package that is in the program. */
async function licencesOf(files) {
  const inPackage = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
  const names = new Set(files.flatMap((file) => inPackage.exec(file)?.[1] ?? []));
  const sorted = [...names].sort((a, b) => a.localeCompare(b));
  const texts = sorted.map(async (name) => {
    const folder = join('node_modules', name);
    const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
    const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const text = file === undefined ? license : await readFile(join(folder, file), 'utf8');
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

/** What stands for the code of each room: see src/home/code-id.ts. */
async function roomIds(...rooms) {
  const ids = {};
  for (const room of rooms) {
    const hash = createHash('sha256');
    const names = await readdir(join('src', room), { recursive: true });
    for (const name of names.filter((one) => one.endsWith('.ts')).sort()) {
      hash.update(name).update(await readFile(join('src', room, name)));
    }
    ids[room] = hash.digest('hex').slice(0, 16);
  }
  return ids;
}
