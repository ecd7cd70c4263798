import { readIfExists, stat } from '../../disk/sync-read.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { variablesIn } from '../../provider/header.ts';
import { keyFileMode } from '../../provider/key-file.ts';
import { keyEnding } from '../../provider/key-stores.ts';
import { keyringPaths } from '../../variant/layout.ts';
import { readHeaders } from '../../variant/stored-headers.ts';
import { entryOf } from '../../variant/keyring-entries.ts';
import { readKey } from '../../variant/stored-key.ts';
import { readConfig } from './check-configuration.ts';
import { type Found, error, ok, reinstall, warning } from '../finding.ts';
import { missingProgram } from '../helper-program.ts';
import { helperProblem } from '../run-helper.ts';
import { ownedMissing } from '../owned-differences.ts';
import type { CheckContext } from '../check-context.ts';

/** The key is in place and private. Shows at most its ending. */
export async function checkKey(context: CheckContext): Promise<Found[]> {
  const findings = [
    ...checkModes(context),
    ...(await checkStore(context)),
    ...checkHeaders(context),
  ];
  const bad = findings.filter(({ level }) => level !== 'ok');
  return bad.length > 0 ? bad : findings;
}

async function checkStore(context: CheckContext): Promise<Found[]> {
  const { record, places, around } = context;
  const { name, key } = record;
  switch (key?.store) {
    case undefined:
      return [ok('none')];
    case 'file': {
      const value = await readKey(record, places);
      if (value) return [ok(`in a file that only you can read${shown(value)}`)];
      const next = `cc-mirror update ${name} --api-key-stdin`;
      return [error(`${places.secrets} has no key`, next)];
    }
    case 'env': {
      const value = around.environment[key.from]?.trim();
      if (value) return [ok(`in ${key.from}${shown(value)}`)];
      const next = `Set it, or run: cc-mirror update ${name} --key-store file --api-key-stdin`;
      return [warning(`${key.from}, the key's variable, is not set in this shell`, next)];
    }
    case 'helper':
      return checkHelper(context, 'printed by your own command');
    case 'keyring':
      return checkKeyring(context);
  }
}

function shown(value: string): string {
  const ending = keyEnding(value);
  return ending === null ? '' : `, ends in ${ending}`;
}

/** Claude Code runs the command in settings.json. */
async function checkHelper(context: CheckContext, message: string): Promise<Found[]> {
  const { record, places } = context;
  const owned = record.owned['settings.json'] ?? {};
  const wanted = owned['apiKeyHelper'];
  const { apiKeyHelper: command } = readConfig(places.settings);
  const settings = readIfExists(places.settings);
  if (ownedMissing(settings, owned, places.settings).includes('apiKeyHelper')) {
    const gone = `${places.settings} lacks apiKeyHelper, which prints the key`;
    return [error(gone, reinstall)];
  }
  if (command !== wanted) {
    const own = `${places.settings} has your own apiKeyHelper`;
    return typeof command === 'string' ? [await checkCommand(command, own, context)] : [ok(own)];
  }
  const missing = record.key?.store === 'keyring' ? missingProgram(String(command)) : null;
  if (missing !== null) {
    const gone = `${missing}, which reads the key, is gone`;
    return [error(gone, reinstall)];
  }
  return [await checkCommand(String(command), message, context)];
}

async function checkCommand(
  command: string,
  message: string,
  { record: { name }, around }: CheckContext,
): Promise<Found> {
  around.progress.step(`Examining ${name}: running its key helper`);
  const problem = await helperProblem(command, around);
  if (problem === null) return ok(message);
  const other = `cc-mirror update ${name} --key-store file --api-key-stdin`;
  return error(
    `the key helper ${problem}`,
    `Run it by hand: ${command}; or store the key: ${other}`,
  );
}

async function checkKeyring(context: CheckContext): Promise<Found[]> {
  const { record, places, around } = context;
  const findings: Found[] = [];
  const { program, binding } = keyringPaths(places.keyring, around.layout.platform);
  for (const path of [program, binding]) {
    if (ifExists(() => stat(path)) === null) findings.push(error(`${path} is gone`, reinstall));
  }
  if (findings.length > 0) return findings;
  const value = await readKey(record, places);
  if (value) return checkHelper(context, `in the keyring${shown(value)}`);
  const entry = `cc-mirror, ${entryOf(record, places)}`;
  const next = `cc-mirror update ${record.name} --key-store keyring --api-key-stdin`;
  return [error(`the keyring has no entry ${entry}`, next)];
}

/** Headers are kept with the key and are as secret. */
function checkHeaders({ record, places, around }: CheckContext): Found[] {
  const { name, choices } = record;
  const records = Object.entries(choices.headers);
  if (records.length === 0) return [];
  const there = readHeaders(places).map((header) => header.name);
  const missing = records.filter(([header, value]) => value === null && !there.includes(header));
  const findings = missing.map(([header]) => {
    const next = `cc-mirror update ${name} --header '${header}: \${VAR}'`;
    return error(`${places.headers} has no header ${header}`, next);
  });
  for (const variable of new Set(records.flatMap(([, value]) => variablesIn(value ?? '')))) {
    if (around.environment[variable]?.trim()) continue;
    const unset = `${variable}, used in a header, is not set in this shell`;
    findings.push(warning(unset, 'Set it before you start the variant.'));
  }
  if (findings.length > 0) return findings;
  return [ok(`the headers ${records.map(([header]) => header).join(', ')}`)];
}

/** Private files that others can read. Windows has no such modes. */
function checkModes(context: CheckContext): Found[] {
  if (process.platform === 'win32') return [];
  const { folder, config, secrets, headers, previous } = context.places;
  const findings: Found[] = [];
  const closed = (ifExists(() => stat(folder))?.mode ?? 0) & 0o077 ? [] : [config];
  for (const [path, mode] of [
    [folder, 0o700],
    [config, 0o700],
    [secrets, keyFileMode],
    [headers, keyFileMode],
    [previous, keyFileMode],
  ] as const) {
    const there = ifExists(() => stat(path));
    if (there === null || (there.mode & 0o077) === 0 || closed.includes(path)) continue;
    const fix = { kind: 'mode', path, mode } as const;
    const message = `others can read ${path}`;
    findings.push([secrets, headers].includes(path) ? error(message, fix) : warning(message, fix));
  }
  return findings;
}
