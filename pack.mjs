// Before and after `npm pack`: the published package.json has no scripts and no development tools, which
// npm would otherwise warn about when somebody installs the package.
import { readFileSync, renameSync, writeFileSync, existsSync } from 'node:fs';

const [kept, manifest] = ['package.json.kept', 'package.json'];
// Also where a run before was cut off.
if (existsSync(kept)) renameSync(kept, manifest);
if (process.argv[2] === 'strip') {
  const text = readFileSync(manifest, 'utf8');
  const { scripts: _, devDependencies: __, ...published } = JSON.parse(text);
  writeFileSync(kept, text);
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
}
