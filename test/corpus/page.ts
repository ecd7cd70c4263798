import { type CapabilityName, capabilityNames } from '../../src/gates/types.ts';
import { type Era, erasOf, linesFor, runsOf } from './eras.ts';
import { type CapabilityLine, type Line, type Made, platforms } from './line.ts';

/** The platform that defines the eras: its builds were run. */
const RUN_ON = 'linux-x64';

/** docs/compatibility.md: what the lines, in order of version, show. */
export function pageText(lines: readonly Line[]): string {
  const run = linesFor(RUN_ON, lines);
  return [
    introduction(lines),
    '## Eras',
    erasText,
    table(
      ['versions', 'builds', 'layout', 'tasks', 'teams', 'tasks when run', 'teams when run'],
      erasOf(run).map(eraRow),
    ),
    ...capabilityNames.flatMap((name) => [
      `## What decides \`${name}\``,
      decisions(name, run).join('\n'),
    ]),
    '## Tools announced by name only',
    deferralText(run),
    '## Platforms',
    table(
      ['platform', 'versions', 'builds', 'gates as on linux-x64', 'bytes', 'signature', 'problems'],
      [...platforms, 'any' as const].flatMap((platform) => platformRows(platform, lines)),
    ),
    '## Cost of a launch',
    launchText,
    table(
      ['version', 'platform', 'layout', 'tasks', 'teams', 'stock', 'built', 'ratio', 'runs'],
      lines.flatMap(launchRows),
    ),
    '## Exceptions',
    exceptions(run, lines).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function introduction(lines: readonly Line[]): string {
  const dates = lines.map(({ date }) => date).sort();
  const [first = '', last = ''] = [dates[0], dates.at(-1)];
  const when = first === last ? first : `${first} to ${last}`;
  return `# Compatibility

${lines.length} published builds of Claude Code, examined ${when}. \`npm run corpus\` generates this page from
[compatibility.jsonl](compatibility.jsonl), which has one line per build.

Each build was fetched from the registry, its gates were analyzed, and it was edited as cc-mirror does by default. If that
leaves a gate to the environment, it was also built with every gate edited (\`--flip always\`). The result was compared with
the published program byte for byte: only the edits, the bytecode pairs of edited modules and, on macOS, the signature
differ. Analyzed again, it has nothing left to edit. JavaScript builds and those for ${RUN_ON} were run, both as published
and as built, against a local stand-in for the API (\`-p\`, an API key), and the requests that they sent show what is on.
[Exceptions](#exceptions) lists what did not hold.`;
}

const erasText = `An era is a run of consecutive builds with the same layout, verdicts (see [gates.md](gates.md)), means and
behaviour. A cell has the verdict, then what turns the capability on by default. Releases between the end of one era and
the start of the next may not have been examined: \`npm run corpus -- boundaries\` narrows that down.`;

const launchText = `Median time from start to exit of one \`-p\` session against the local stand-in, with the published and the edited
build in turn on one machine. Only the ratio carries over to other machines.`;

/** The release since which builds defer the Task tools, among those examined for it. */
function deferralText(lines: readonly Line[]): string {
  const examined = lines.filter(({ deferred }) => deferred !== undefined);
  const since = (which: 'unset' | 'asked'): string => {
    const index = examined.findIndex(({ deferred }) => deferred?.[which]);
    const [before, first] = [examined[index - 1], examined[index]];
    if (first === undefined) return 'in none of the builds examined for it';
    const last = before ? ` (${before.version} does not)` : '';
    return `from ${first.version} on${last}`;
  };
  return `With tool search, a build announces most of its tools by name only, and the model fetches them. This includes the Task tools

- if ENABLE_TOOL_SEARCH is \`true\`, or unset with Anthropic's address: ${since('asked')},
- if it is unset with any other address: ${since('unset')}.

Launchers set it to \`false\`, so that variants get every tool in full, which adds about 10,000 tokens to the cached prompt. A value in
your shell or from \`--env\` overrides that. With \`auto\`, builds send all tools if they take up to a tenth of the context, but tell the
model to fetch most of them first, with a tool that they do not offer (seen in 2.1.112, 2.1.240 and 2.1.332). ${examined.length} builds were run
for the versions above.`;
}

function eraRow({ first, last, lines }: Era): string[] {
  return [
    span(first, last),
    String(lines.length),
    first.layout ?? 'not read',
    plan(first.tasks),
    plan(first.teams),
    seen(first.tasks),
    seen(first.teams),
  ];
}

function decisions(name: CapabilityName, lines: readonly Line[]): string[] {
  const keyOf = ({ [name]: { verdict, reason } }: Line): string => `${verdict} ${reason}`;
  return runsOf(lines, keyOf).map(({ first, last }) => {
    const { verdict, reason } = first[name];
    return `- ${span(first, last)}: **${verdict}**: ${sentence(reason)}`;
  });
}

function platformRows(platform: Line['platform'], lines: readonly Line[]): string[][] {
  const own = lines.filter((line) => line.platform === platform);
  const [first, last] = [own[0], own.at(-1)];
  if (!first || !last) return [];
  const compared = own.flatMap((line) => {
    const other = lines.find(
      ({ version, platform }) => version === line.version && platform === RUN_ON,
    );
    return other && platform !== RUN_ON ? [sameGates(line, other)] : [];
  });
  const rebuilt = own.filter((line) => madeOf(line).every(({ rebuilt }) => rebuilt)).length;
  const signed = own.filter((line) => madeOf(line).every(({ signature }) => signature)).length;
  return [
    [
      platform,
      span(first, last),
      String(own.length),
      compared.length > 0 ? share(compared.filter(Boolean).length, compared.length) : '–',
      share(rebuilt, own.length),
      platform.startsWith('darwin-') ? share(signed, own.length) : '–',
      String(own.filter(({ problems }) => problems.length > 0).length),
    ],
  ];
}

/** What was built from a published program: the default and, if that differs, the one with every gate edited. */
function madeOf(line: Line): Made[] {
  return line.flipped ? [line, line.flipped] : [line];
}

function launchRows({ version, platform, layout, tasks, teams, launch }: Line): string[][] {
  if (!launch) return [];
  const { stockMs, builtMs, ratio, runs } = launch;
  return [
    [
      version,
      platform,
      layout ?? 'not read',
      plan(tasks),
      plan(teams),
      `${stockMs} ms`,
      `${builtMs} ms`,
      ratio.toFixed(2),
      String(runs),
    ],
  ];
}

/** Capabilities that stay off, and everything that did not hold. */
function exceptions(run: readonly Line[], lines: readonly Line[]): string[] {
  const missing = capabilityNames.flatMap((name) =>
    runsOf(run, ({ [name]: { by, reason } }) => (by === null ? reason : '')).flatMap(
      ({ first, last }) =>
        first[name].by === null
          ? [
              `- \`${name}\` is ${first[name].verdict} in ${span(first, last)}: ${sentence(first[name].reason)}`,
            ]
          : [],
    ),
  );
  const failed = lines.flatMap(({ version, platform, problems }) =>
    problems.map((problem) => `- ${version} ${platform}: ${sentence(problem)}`),
  );
  return [
    ...missing,
    ...(failed.length > 0 ? failed : ['- Nothing else: no build has a problem.']),
  ];
}

function plan({ verdict, by }: CapabilityLine): string {
  const means = { stock: 'as published', env: 'by environment', flip: 'by edit' };
  return by === null ? verdict : `${verdict}, ${means[by]}`;
}

function seen({ stock, built }: CapabilityLine): string {
  return `${shown(stock)} → ${shown(built)}`;
}

function shown(state: boolean | null): string {
  return state === null ? 'not run' : state ? 'on' : 'off';
}

function sameGates(a: Line, b: Line): boolean {
  return capabilityNames.every(
    (name) => a[name].verdict === b[name].verdict && a[name].by === b[name].by,
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function share(count: number, all: number): string {
  return count === all ? 'all' : `${count} of ${all}`;
}

function span(first: Line, last: Line): string {
  return first === last ? first.version : `${first.version} to ${last.version}`;
}

function table(head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return 'None yet.';
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
}
