import { type ScriptSpec, posixScript, windowsScript } from '../launcher/run-script.ts';
import { shQuote } from '../launcher/quote.ts';

/** The script beside the rules' program; on Windows the shell of Git runs it. */
export function rulesScriptText(spec: ScriptSpec): string {
  const message = {
    systemMessage: "cc-mirror's rules are not in force: there is no Node.js to run them",
  };
  return posixScript(slashed(spec), [
    '# Said once a session; the input is one line.',
    'IFS= read -r input',
    `session=\${input#*'"session_id":"'}`,
    `session=\${session%%'"'*}`,
    'case $session in "" | *[!A-Za-z0-9_-]*) session=unknown ;; esac',
    `said=${shQuote(slashed(spec).folder)}/sessions/$session`,
    'mkdir -p "$said"',
    'if [ ! -e "$said/no-node" ] && : >"$said/no-node"; then',
    `  printf '%s\\n' ${shQuote(JSON.stringify(message))}`,
    'fi',
  ]);
}

/** The script beside the program that prints the key. */
export function keyScript(variant: string, platform: NodeJS.Platform, spec: ScriptSpec): string {
  const problem = `variant ${variant}: no Node.js to read its API key from the keyring`;
  if (platform === 'win32') return windowsScript(spec, problem);
  return posixScript(spec, [`printf '%s\\n' ${shQuote(problem)} >&2`, 'exit 1']);
}

function slashed(spec: ScriptSpec): ScriptSpec {
  if (!/^[A-Za-z]:\\|^\\\\/.test(spec.folder)) return spec;
  const path = (one: string): string => one.replaceAll('\\', '/');
  const { folder, node, native } = spec;
  return { ...spec, folder: path(folder), node: path(node), native: native && path(native) };
}
