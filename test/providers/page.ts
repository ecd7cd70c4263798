import type { CatalogueEntry } from '../../src/provider/catalogue.ts';
import type { Preset } from '../../src/provider/preset.ts';
import { optionsOf } from '../../src/provider/preset/endpoints.ts';
import { groupNames, groups } from '../../src/provider/preset/schema.ts';
import { readTranslated } from '../../src/provider/preset/translated.ts';

/** The page docs/providers.md, made from the presets. */
export function providersPage(entries: readonly CatalogueEntry[]): string {
  const presets = entries.map(({ preset }) => preset);
  const sections = groups.flatMap((group) => {
    const rows = presets.filter((preset) => preset.group === group).map(rowOf);
    return [`## ${groupNames[group]}`, '', ...tableOf(rows), ''];
  });
  return [opening, ...sections, ...translated(), '', testing, ''].join('\n').replace(/\n+$/, '\n');
}

const opening = `<!-- Made from providers/*.json: npm run providers -->

# Providers

What cc-mirror knows of each provider, one JSON file each in [providers/](../providers). \`cc-mirror providers list\` shows it on a
terminal, and \`cc-mirror providers show zai --explain\` every variable that a variant gets, and why. Addresses are those before
\`/v1/messages\`; the first one is the default, the others are chosen with \`--region\` and \`--plan\`. Confidence is high where the facts
are from the provider's own page, medium where several public lists agree, and low for a single list.

Put your own presets into \`~/.cc-mirror/providers/\`, by hand or with \`cc-mirror providers add ID\`. One that says \`"extends": "zai"\` takes
everything that it leaves out from that preset: objects are merged by key, lists are replaced.
`;

const testing = `## Testing one

\`cc-mirror providers test NAME\` sends a variant's provider what a session would send, in small: one question of at most 16 tokens for
each model, and one request each for tools, deferred tools and token counting. A variant is asked with its own key and headers. With a
provider's id it takes \`--api-key-env\`, \`--api-key-stdin\`, \`--region\`, \`--plan\`, \`--base-url\`, \`--model\`, \`--auth\`, \`--env\` and
\`--header\`, as \`quick\` does. \`cc-mirror doctor --live\` does the same for every variant. Nothing is ever sent to a provider without one
of these being typed; requests count, and may cost something.

| check | what is asked |
| --- | --- |
| \`reachable\` | does a Messages API answer at the address; not a web page, a redirect, another API |
| \`authenticated\` | is the key accepted; a login is not tested, as only sessions send it |
| \`model-default\`, \`model-opus\`, … | is each model served; models with several uses are asked once |
| \`streaming\` | does a stream come, and to its end |
| \`first-byte\` | how long its first byte took |
| \`tools\` | are tools accepted |
| \`deferred-tools\` | are \`defer_loading\` and \`tool_reference\` accepted; a failure only if the preset says so |
| \`token-counting\` | is there \`/v1/messages/count_tokens\`; a failure unless the preset says that there is none. Sessions work without it |

After a failure that all further requests would meet, the rest is skipped. Redirects are never followed. What a service says is
shown without the key or pieces of it. The status is 6 if nothing could be reached, 5 if another check failed. \`--timeout\` says how many
seconds to wait for each answer (60, on this machine 180). The requests name \`cc-mirror\` as their program, so services for known programs only
refuse them. Node.js uses a proxy (\`HTTPS_PROXY\`) from 22.21 and 24 on, with \`NODE_USE_ENV_PROXY=1\`; otherwise the test goes without it, and
says so.

\`cc-mirror providers balance NAME\` asks for the balance or quota of DeepSeek, Kimi, OpenRouter (management keys only), SiliconFlow and
Z.ai, on the host of the variant's own address; the test asks for it at its end.

\`--json\`: \`{provider, variant, baseUrl, checks: [{id, ok, message, next, ms}], balance}\`. \`ok\` is null for what was skipped or
does not matter, \`ms\` null where nothing was asked.`;

function tableOf(rows: readonly (readonly string[])[]): string[] {
  const heads = ['id', 'address', 'key', 'opus / sonnet / haiku', 'limits', 'source', 'confidence'];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)];
}

function rowOf(preset: Preset): string[] {
  const { id, aliases, name, endpoints, source } = preset;
  const places = endpoints.length > 0 ? endpoints : [null];
  const sources = [source, ...endpoints.map((one) => one.source)].flatMap((one) => one ?? []);
  return [
    [`**${id}**`, name, ...(aliases.length > 0 ? [`also ${aliases.join(', ')}`] : [])].join('<br>'),
    [
      ...(places[0] === null ? [preset.baseUrl === null ? '–' : code(preset.baseUrl)] : []),
      ...endpoints.map((one) =>
        [code(optionsOf(one)), code(one.baseUrl)].filter(Boolean).join(' '),
      ),
      ...preset.parameters.map((one) => `${code(`--env ${one.name}=…`)}: ${one.description}`),
    ].join('<br>'),
    keyOf(preset),
    [
      ...new Set([
        modelsOf(preset, preset.models),
        ...endpoints.flatMap(({ models, ...one }) =>
          models ? [`${code(optionsOf(one))} ${modelsOf(preset, models)}`] : [],
        ),
      ]),
    ].join('<br>'),
    limitsOf(preset).join('<br>') || '–',
    [...new Set(sources.map((one) => (one.url ? `[${one.date}](${one.url})` : one.date)))].join(
      '<br>',
    ),
    [...new Set(sources.map((one) => one.confidence))].join(', '),
  ];
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function keyOf({ auth, endpoints, keyPrefixes, headers }: Preset): string {
  const kinds = {
    login: 'login, or x-api-key',
    bearer: 'Bearer',
    'api-key': 'x-api-key',
    cloud: 'of the cloud',
  } as const;
  const prefixes = [
    ...new Set([...keyPrefixes, ...endpoints.flatMap((one) => one.keyPrefixes ?? [])]),
  ];
  return [
    kinds[auth.type] +
      (auth.type === 'bearer' || auth.type === 'api-key'
        ? auth.required
          ? ''
          : ', optional'
        : ''),
    ...prefixes.map((prefix) => code(`${prefix}…`)),
    ...headers.map((header) => `header ${code(header.name)}${header.required ? '' : ', optional'}`),
    ...(auth.keyUrl === undefined ? [] : [`[get one](${auth.keyUrl})`]),
  ].join('<br>');
}

function modelsOf({ anthropicIds, group, requires }: Preset, models: Preset['models']): string {
  const { opus, sonnet, haiku } = models;
  const tiers = [...new Set([opus, sonnet, haiku])];
  if (tiers[0] === undefined) {
    if (anthropicIds || group === 'anthropic') return 'Anthropic’s own';
    return requires.includes('model') ? code('--model ID') : 'yours';
  }
  const shown = tiers.length === 1 ? tiers : [opus, sonnet, haiku];
  return shown.map((id) => code(id ?? '–')).join(' / ');
}

function limitsOf({ limits }: Preset): string[] {
  return [
    ...(limits.webSearch ? [] : ['no WebSearch']),
    ...(limits.webFetch ? [] : ['no WebFetch']),
    ...(limits.tokenCounting ? [] : ['no token counting']),
    ...(limits.betas ? [] : ['no beta fields']),
    ...(limits.deferredTools ? ['takes deferred tools'] : []),
  ];
}

function translated(): string[] {
  const { vendors, translators } = readTranslated();
  return [
    '## OpenAI’s format only',
    '',
    `Claude Code reaches these through a translator of yours: ${translators.map(({ provider }) => code(provider)).join(', ')}. \`cc-mirror providers show openai\` says how.`,
    '',
    '| id | address | translators |',
    '| --- | --- | --- |',
    ...vendors.map(
      ({ id, name, baseUrl, by }) =>
        `| **${id}**<br>${name} | ${code(baseUrl)} | ${Object.keys(by).join(', ')} |`,
    ),
  ];
}
