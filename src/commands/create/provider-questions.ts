import { givenBaseUrl } from '../../provider/base-url.ts';
import { findPreset } from '../../provider/catalogue.ts';
import { checkedHeader, partsOf, sameHeader, parseHeader } from '../../provider/header.ts';
import type { Preset } from '../../provider/preset.ts';
import {
  addressParameters,
  chooseEndpoint,
  neededParameters,
  parameterOf,
  withParameters,
} from '../../provider/preset/endpoints.ts';
import { groupNames, groups } from '../../provider/preset/schema.ts';
import { resolvedHeader } from '../../lifecycle/choose-headers.ts';
import { assignment } from '../input/options.ts';
import { type Choice, type Facts, type Options, type Question, one } from './question.ts';

/** The preset that was chosen. Error: `no-such-provider`, `invalid-preset`. */
export function presetOf({ provider = '' }: Options, { catalogue }: Facts): Preset {
  return findPreset(catalogue, provider).preset;
}

/** Which of the service's addresses. */
export const placeQuestions: readonly Question[] = [
  {
    id: 'plan',
    ask(options, facts) {
      const preset = presetOf(options, facts);
      if (options.plan !== undefined || options.baseUrl !== undefined) return null;
      const { region } = options;
      const fitting = preset.endpoints.filter((one) => !region || one.region === region);
      return places('plan', 'Which plan?', preset, fitting);
    },
    take: (answer) => ({ plan: one(answer) }),
  },
  {
    id: 'region',
    ask(options, facts) {
      const preset = presetOf(options, facts);
      if (options.region !== undefined || options.baseUrl !== undefined) return null;
      const { plan } = options;
      const fitting = preset.endpoints.filter((one) => !plan || one.plan === plan);
      return places('region', 'Which region?', preset, fitting);
    },
    take: (answer) => ({ region: one(answer) }),
  },
];

/** Which service, at which of its addresses, and what that address needs. */
export const providerQuestions: readonly Question[] = [
  {
    id: 'provider',
    ask({ provider }, { catalogue }) {
      if (provider !== undefined) return null;
      const rank = ({ group, id }: Preset): number =>
        groups.indexOf(group) + (id === 'custom' ? 1 : 0);
      const presets = catalogue.entries
        .map(({ preset }) => preset)
        .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'));
      const choices = presets.map((preset) => ({
        value: preset.id,
        label: preset.name,
        group: groupNames[preset.group],
        hint: preset.description,
        words: preset.aliases.join(' '),
      }));
      return { kind: 'list', message: 'Which provider?', choices, initial: 'mirror', search: true };
    },
    take: (answer) => ({ provider: one(answer) }),
  },
  ...placeQuestions,
  {
    id: 'address',
    ask(options, facts) {
      const preset = presetOf(options, facts);
      if (options.baseUrl !== undefined) givenBaseUrl(options.baseUrl, preset);
      const needed = preset.requires.includes('baseUrl') && options.baseUrl === undefined;
      return needed
        ? {
            kind: 'text',
            message: 'Address of the provider, without /v1/messages?',
            placeholder: 'https://…',
            check: (value) => void givenBaseUrl(value, preset),
          }
        : null;
    },
    take: (answer, options, facts) => ({
      baseUrl: givenBaseUrl(one(answer), presetOf(options, facts)).url,
    }),
  },
  {
    id: 'parameter',
    ask(options, facts) {
      const preset = presetOf(options, facts);
      const parameter = missingParameter(options, preset);
      if (parameter === undefined) return null;
      const { name, description } = parameter;
      const inAddress = addressParameters(preset).includes(name);
      return {
        kind: 'text',
        message: `${name}: ${description}?`,
        initial: facts.environment[name],
        check(value) {
          const values = Object.fromEntries([assignment(`${name}=${value}`)]);
          if (inAddress) withParameters(`\${${name}}`, preset, values);
          else parameterOf(name, preset, values);
        },
      };
    },
    take(answer, options, facts) {
      const parameter = missingParameter(options, presetOf(options, facts));
      return { env: [...(options.env ?? []), `${parameter?.name}=${one(answer).trim()}`] };
    },
  },
];

/** The secrets of further headers; where the key is kept decides whether they are read now. */
export const headerQuestions: readonly Question[] = [
  {
    id: 'header',
    ask(options, facts) {
      const header = missingHeader(options, presetOf(options, facts));
      if (header === undefined) return null;
      const { environment } = facts;
      return {
        kind: 'text',
        message: `Which variable of your shell holds the secret of the header ${header.name}?`,
        initial: partsOf(header.value).find(({ kind }) => kind === 'variable')?.text,
        check(value) {
          const filled = { ...header, value: withVariable(header.value, value.trim()) };
          // Then it is read at each start.
          if (options.keyStore === 'env') checkedHeader(filled);
          else resolvedHeader(filled, environment);
        },
      };
    },
    take(answer, options, facts) {
      const { name, value } = missingHeader(options, presetOf(options, facts)) ?? {
        name: '',
        value: '',
      };
      const header = `${name}: ${withVariable(value, one(answer).trim())}`;
      return { header: [...(options.header ?? []), header] };
    },
  },
];

/** The choice between the regions or plans of these endpoints, if there is one. */
function places(
  kind: 'region' | 'plan',
  message: string,
  preset: Preset,
  endpoints: Preset['endpoints'],
): ReturnType<Question['ask']> {
  const known = kind === 'region' ? preset.regions : preset.plans;
  const choices = known.flatMap(({ id, name }): Choice[] => {
    const first = endpoints.find((endpoint) => endpoint[kind] === id);
    return first === undefined ? [] : [{ value: id, label: name, hint: first.baseUrl }];
  });
  return choices.length > 1 ? { kind: 'list', message, choices } : null;
}

function missingParameter(
  options: Options,
  preset: Preset,
): Preset['parameters'][number] | undefined {
  const endpoint = chooseEndpoint(preset, options);
  const given = (options.env ?? []).map((text) => text.slice(0, text.indexOf('=')));
  const address = options.baseUrl === undefined ? endpoint.baseUrl : null;
  return neededParameters(preset, address).find(({ name }) => !given.includes(name));
}

function missingHeader(
  { header = [] }: Options,
  preset: Preset,
): Preset['headers'][number] | undefined {
  const given = header.map((text) => parseHeader(text).name);
  return preset.headers.find(
    ({ name, required }) => required && !given.some((known) => sameHeader(known, name)),
  );
}

function withVariable(template: string, variable: string): string {
  return partsOf(template)
    .map(({ kind, text }) => (kind === 'variable' ? `\${${variable}}` : text))
    .join('');
}
