import { Buffer } from 'node:buffer';
import type { SourceModule } from '../../../src/gates/types.ts';
import { helpers, inputs, modelTests, readings } from './program-parts.ts';
import { oddBodies, oddExpressions, oddHelpers } from './odd-shapes.ts';

/** A fixed sequence (mulberry32): a seed reproduces a failure. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A generated bundle, and what is known about it. */
export interface GeneratedBundle {
  modules: SourceModule[];
  /** Whether every input except the environment is read once at most. */
  readOnce: boolean;
  /** Whether that holds for each variable, too: no two conditions share an input. */
  independent: boolean;
  /** Whether tools have conditions besides the gate. */
  extra: boolean;
  /** Whether it has shapes that an analysis may not understand, but must not get wrong. */
  odd: boolean;
}

export const switches = [
  'CLAUDE_CODE_ENABLE_TASKS',
  'CLAUDE_CODE_ENABLE_TODO_TOOLS',
  'CLAUDE_CODE_TASK_BOARD',
];
export const modelIds = ['one-1', 'new-9'];
const toolNames = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];

/** Code with `@name@` for names of the bundle, which may differ between chunks. */
interface Definition {
  name: string;
  code: string;
  chunk: number;
}

/** Generates a bundle: functions that decide, spread over chunks that import from each other. */
export function generateBundle(seed: number): GeneratedBundle {
  const generator = new Generator(seed);
  return generator.bundle();
}

class Generator {
  readonly #random: (below: number) => number;
  readonly #readOnce: boolean;
  readonly #chunks: number;
  readonly #unused: string[];
  readonly #switches: string[] | null;
  readonly #definitions: Definition[];
  readonly #odd: boolean;
  #count = 0;

  constructor(seed: number) {
    this.#random = randomOf(seed);
    this.#readOnce = this.#random(2) === 0;
    this.#chunks = 1 + this.#random(5);
    this.#unused = shuffled(inputs, this.#random);
    this.#switches = this.#random(2) === 0 ? [...switches] : null;
    this.#odd = this.#random(2) === 0;
    this.#definitions = helpers.map(([name, code]) => ({ name, code, chunk: this.#chunk() }));
  }

  bundle(): GeneratedBundle {
    let gate = this.#define(2);
    for (let more = this.#random(3); more > 0; more--) gate = this.#wrap(gate);
    const extra = this.#random(4) === 0;
    const sameChunk = this.#random(3) > 0;
    const home = this.#chunk();
    const beside = extra ? this.#leaf() : '';
    const tools = toolNames.map((tool, index) => {
      const chunk = sameChunk ? home : this.#chunk();
      const ask = beside === '' ? `@${gate}@()` : `@${gate}@()&&${beside}`;
      const code = `var tool${index}={name:"${tool}",isEnabled(){return ${ask}}};register(tool${index});`;
      return { name: `tool${index}`, code, chunk };
    });
    const modules = this.#render([...this.#definitions, ...tools]);
    const independent = this.#readOnce && this.#switches !== null;
    return { modules, readOnce: this.#readOnce, independent, extra, odd: this.#odd };
  }

  #chunk(): number {
    return this.#random(this.#chunks);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random(items.length)]!;
  }

  /** A condition; environment variables may repeat, other inputs only if `readOnce` is off. */
  #leaf(): string {
    const kind = this.#random(8);
    if (kind < 3) {
      const any = (): string => this.#pick([...switches, ...switches, 'ANTHROPIC_MODEL']);
      const name = this.#switches ? this.#switches.pop() : any();
      return name === undefined ? '!0' : this.#pick(readings).replace('NAME', name);
    }
    if (kind === 3) return this.#pick(['!0', '!1', 'true', 'Boolean(0)', 'Boolean(1)']);
    const input = this.#readOnce ? (this.#unused.pop() ?? '!0') : this.#pick(inputs);
    return input.replace('MODELS', this.#pick(modelTests));
  }

  #expression(depth: number): string {
    if (depth <= 0) return this.#leaf();
    const part = (): string => this.#expression(depth - 1);
    if (this.#odd && this.#random(4) === 0) return `(${this.#oddly(oddExpressions, depth)})`;
    switch (this.#random(9)) {
      case 0:
      case 1:
        return `(${part()}&&${part()})`;
      case 2:
        return `(${part()}||${part()})`;
      case 3:
        return `!(${part()})`;
      case 4:
        return `(${part()}?${part()}:${part()})`;
      case 5:
        return this.#pick([`(void 0??${part()})`, `(0,${part()})`, `!!${part()}`]);
      case 6:
      case 7:
        return `@${this.#define(depth - 1)}@${this.#pick(['', '', '?.'])}()`;
      default:
        return this.#leaf();
    }
  }

  /** An odd shape around a condition. */
  #oddly(shapes: readonly string[], depth: number): string {
    const condition = this.#boolean(depth - 1);
    const shape = this.#pick(shapes);
    this.#help(shape);
    return shape.replace('X', () => `(${condition})`);
  }

  /** Adds the odd helpers that code calls. */
  #help(code: string): void {
    for (const [name, helper] of oddHelpers) {
      if (!code.includes(`@${name}@`) || this.#definitions.some((one) => one.name === name))
        continue;
      this.#add(name, helper);
      this.#help(helper);
    }
  }

  #body(depth: number): string {
    if (this.#odd && this.#random(6) === 0) return this.#oddly(oddBodies, depth);
    if (this.#random(8) === 0) {
      const rest = this.#pick([`default:return ${this.#leaf()}`, '']);
      const end = rest === '' ? `return ${this.#leaf()}` : '';
      return `switch(!0){case ${this.#boolean(depth)}:return!${this.#random(2)};${rest}}${end}`;
    }
    if (!this.#readOnce && this.#random(8) === 0) {
      return `try{return ${this.#expression(depth)}}catch{return!1}`;
    }
    const guards = Array.from({ length: this.#random(3) }, (_, index) => {
      const test = this.#expression(depth);
      const outcome = `return!${this.#random(3) === 0 ? 0 : 1};`;
      if (this.#random(4) === 0) return `let v${index}=${test};if(v${index})${outcome}`;
      return `if(!${test})${outcome}`;
    });
    return `${guards.join('')}return ${this.#expression(depth)}`;
  }

  #boolean(depth: number): string {
    return `!!(${this.#expression(depth)})`;
  }

  #define(depth: number): string {
    const name = `f${this.#count++}`;
    const form = this.#random(6);
    const expression = form === 0 ? this.#expression(depth) : '';
    const body = form === 0 ? '' : this.#body(depth);
    const code = [
      `var ${name}=()=>${expression};`,
      `const ${name}=()=>{${body}};`,
      `var ${name}=function(){${body}};`,
      `var ${name};${name}=()=>{${body}};`,
    ][form];
    this.#add(name, code ?? `function ${name}(){${body}}`);
    return name;
  }

  /** A function that only calls another. */
  #wrap(gate: string): string {
    const name = `f${this.#count++}`;
    const body = this.#pick([
      `return @${gate}@()`,
      `let on=@${gate}@();return on`,
      `if(!@${gate}@())return!1;return!0`,
      `return @${gate}@()?!0:!1`,
    ]);
    this.#add(name, `function ${name}(){${body}}`);
    return name;
  }

  #add(name: string, code: string): void {
    this.#definitions.push({ name, code, chunk: this.#chunk() });
  }

  #render(definitions: readonly Definition[]): SourceModule[] {
    const texts = Array.from({ length: this.#chunks }, () => ({ head: '', body: '', tail: '' }));
    const middle: string[] = [];
    const homes = new Map(definitions.map(({ name, chunk }) => [name, chunk]));
    const known = new Map<string, string>();
    const defaults = new Set<number>();
    const nameFor = (name: string, chunk: number): string => {
      const home = homes.get(name)!;
      if (home === chunk) return name;
      const key = `${name} ${chunk}`;
      const found = known.get(key) ?? this.#link(name, home, texts, chunk, middle, defaults);
      known.set(key, found);
      return found;
    };
    for (const { code, chunk } of shuffled(definitions, this.#random)) {
      const text = code.replaceAll(/@(\w+)@/g, (_, name: string) => nameFor(name, chunk));
      texts[chunk]!.body += `${text}\n`;
      if (this.#random(6) === 0) texts[chunk]!.body += decoy(text, this.#random(5));
    }
    const encoding = this.#pick(['utf8', 'utf8', 'utf16le', 'latin1'] as const);
    const format =
      this.#chunks > 1 ? 'module' : this.#pick(['module', 'script', 'commonjs'] as const);
    const whole = texts.map(
      ({ head, body, tail }) => `${head}var accents="\u00fc\u00e9";\n${body}${tail}`,
    );
    return [...whole, ...middle].map((text, index) => ({
      name: `c${index}.js`,
      format,
      encoding,
      bytes: Buffer.from(
        format === 'commonjs' ? `(function(exports,require){${text}})\n` : text,
        encoding,
      ),
    }));
  }

  /** Makes a name of one chunk available in another, in one of six ways. */
  #link(
    name: string,
    home: number,
    texts: { head: string; tail: string }[],
    chunk: number,
    middle: string[],
    defaults: Set<number>,
  ): string {
    const [from, to] = [texts[home]!, texts[chunk]!];
    const [alias, local] = [`${name}_out${chunk}`, `${name}_in`];
    const passing = `c${texts.length + middle.length}.js`;
    const way = this.#random(6);
    if (way === 5 && !defaults.has(home)) {
      defaults.add(home);
      from.tail += `export default ${name};\n`;
      to.head += `import ${local} from"c${home}.js";\n`;
      return local;
    }
    from.tail += `export{${name} as ${alias}};\n`;
    if (way === 0) {
      middle.push(`export{${alias} as ${name}_mid}from"c${home}.js";`);
      to.head += `import{${name}_mid as ${local}}from"${passing}";\n`;
    } else if (way === 1) {
      middle.push(`export*from"c${home}.js";export*from"c${chunk}.js";`);
      to.head += `import{${alias} as ${local}}from"${passing}";\n`;
    } else if (way === 2) {
      to.head += `import*as ${name}_ns from"c${home}.js";\n`;
      return `${name}_ns.${alias}`;
    } else if (way === 3) {
      middle.push(`export*as all from"c${home}.js";`);
      to.head += `import{all as ${name}_ns}from"${passing}";\n`;
      return `${name}_ns.${alias}`;
    } else to.head += `import{${alias} as ${local}}from"c${home}.js";\n`;
    return local;
  }
}

/** The same code again where it has no effect. */
function decoy(text: string, kind: number): string {
  if (kind === 0) return `/*${text.replaceAll('*/', '')}*/\n`;
  if (kind === 1) return `void ${JSON.stringify(text)};\n`;
  if (kind === 2) return `void \`\${\`${text.replaceAll(/[\\`$]/g, '')}\`}\`;\n`;
  if (kind === 3) return `//${text}\n`;
  return `(()=>{${text.replaceAll(/register\(\w+\);/g, '').replace(/^var tool.*$/, '')}});\n`;
}

function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  return items
    .map((item) => ({ item, at: random(1 << 20) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
