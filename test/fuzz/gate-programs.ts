import { Buffer } from 'node:buffer';
import type { SourceModule } from '../../src/gates/types.ts';
import type { Random } from './random.ts';

const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];
const variables = [
  'CLAUDE_CODE_ENABLE_TASKS',
  'CLAUDE_CODE_ENABLE_TODO_TOOLS',
  'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS',
  'CLAUDE_CODE_AGENT_SWARMS',
  'ANTHROPIC_MODEL',
];

/**
 * Modules with gates made at random: functions that call each other in circles too, spread over
 * chunks that import from and re-export each other, in circles too.
 */
export function gateProgram(random: Random): SourceModule[] {
  const count = 1 + random.below(8);
  const chunks = random.once(2) ? 1 : 1 + random.below(6);
  const chunkOf = Array.from({ length: count }, () => random.below(chunks));
  const bodies = Array.from({ length: count }, (_, i) => functionText(random, i, count));
  return Array.from({ length: chunks }, (_, chunk) => {
    const own = bodies.filter((_, i) => chunkOf[i] === chunk);
    const parts = [...own, chunk === 0 ? toolsText(random, count) : ''];
    const text =
      chunks === 1
        ? [helpers, ...parts].join('\n')
        : [...linksOf(random, chunk, chunks, chunkOf), helpers, ...parts].join('');
    return { name: chunkName(chunk), format: 'module', encoding: 'utf8', bytes: Buffer.from(text) };
  });
}

const helpers = `function yes(v){if(!v)return!1;return["1","true"].includes(v.toLowerCase().trim())}
function flag(n,d){return remote.get(n)??d}var remote=new Map,session={isInteractive:!1};`;

function chunkName(chunk: number): string {
  return `/$bunfs/root/chunk-${chunk}.js`;
}

/** What a chunk imports and passes on; now and then through a chunk that does not have it. */
function linksOf(random: Random, chunk: number, chunks: number, chunkOf: number[]): string[] {
  const links: string[] = [];
  for (const [fn, owner] of chunkOf.entries()) {
    const via = random.once(2) ? owner : random.below(chunks);
    const from = random.once(3) ? `./chunk-${via}.js` : chunkName(via);
    if (owner === chunk) links.push(`export{f${fn}${random.once(4) ? ` as g${fn}` : ''}};`);
    else if (random.once(2)) links.push(`import{f${fn}}from"${from}";`);
    else links.push(`export{f${fn}}from"${from}";`);
  }
  while (random.once(2)) links.push(`export*from"${chunkName(random.below(chunks))}";`);
  while (random.once(4)) links.push(`export{default}from"${chunkName(random.below(chunks))}";`);
  return links;
}

function toolsText(random: Random, count: number): string {
  const name = random.once(5) ? random.pick(['Teammate', 'TeamCreate']) : null;
  return [...tools, ...(name ? [name] : [])]
    .map((tool, index) => {
      const gate = `f${random.once(10) ? random.below(count) : 0}`;
      const enabled = random.pick([
        `isEnabled(){return ${gate}()}`,
        `isEnabled:()=>${gate}()`,
        `isEnabled:${gate}`,
        `isEnabled(){return ${gate}()&&other()}`,
        `isEnabled:function(){if(!${gate}())return!1;return!0}`,
      ]);
      return `var t${index}={name:"${tool}",title:"${tool}",${enabled}};`;
    })
    .join('');
}

function functionText(random: Random, index: number, count: number): string {
  const name = `f${index}`;
  const text = statements(random, count, 3);
  return random.pick([
    `function ${name}(){${text}}`,
    `function ${name}(){${text}}`,
    `var ${name}=()=>{${text}};`,
    `const ${name}=()=>${expression(random, count, 3)};`,
    `var ${name};${name}=function(){${text}};`,
    `var ${name}=function ${name}(){${text}};`,
  ]);
}

function statements(random: Random, count: number, depth: number): string {
  const own = Array.from({ length: random.below(4) }, () => statement(random, count, depth));
  return `${own.join('')}return ${expression(random, count, depth)}`;
}

function statement(random: Random, count: number, depth: number): string {
  const value = expression(random, count, depth - 1);
  const inner = depth > 0 ? statements(random, count, depth - 1) : 'return!1';
  return random.pick([
    `if(${value})return!${random.below(2)};`,
    `if(${value}){${inner}}`,
    `if(${value}){${inner}}else{${inner}}`,
    `let v=${value};if(v)return v;`,
    `var w=${value};w=!w;`,
    `try{${inner}}catch(e){}`,
    `try{${inner}}finally{}`,
    `switch(${value}){case!0:return!0;default:${inner}}`,
    `for(let i of[1,2])if(${value})return!1;`,
    `while(${value}){${inner}}`,
    `{${inner}}`,
    `function local(){${inner}}`,
    `({v}=${value});`,
    ';',
  ]);
}

function expression(random: Random, count: number, depth: number): string {
  const leaf = (): string => {
    const variable = random.pick(variables);
    return random.pick([
      `yes(process.env.${variable})`,
      `process.env.${variable}`,
      `process.env["${variable}"]==="1"`,
      `registry.${variable}===!0`,
      `flag("tengu_one",!${random.below(2)})`,
      `flag("tengu_two",[])`,
      '!session.isInteractive',
      'process.argv.includes("--teams")',
      `["a","b"].includes(process.env.${variable})`,
      `/^(a|b)+$/.test(process.env.${variable})`,
      `\`x\${process.env.${variable}}\``,
      'account()?.plan==="max"',
      `f${random.below(count)}()`,
      `f${random.below(count)}(f${random.below(count)}())`,
      `!${random.below(2)}`,
      'void 0',
      '"text".length',
    ]);
  };
  if (depth <= 0) return leaf();
  const a = expression(random, count, depth - 1);
  const b = random.once(2) ? leaf() : expression(random, count, depth - 1);
  return random.pick([
    `(${a}&&${b})`,
    `(${a}||${b})`,
    `${leaf()}&&${leaf()}&&${leaf()}`,
    `(${a}??${b})`,
    `!(${a})`,
    `(${a}?${b}:${leaf()})`,
    `(${a}===${b})`,
    `(${a},${b})`,
    `[${a},${b}].includes(${leaf()})`,
    `[${a},${b}].some((x)=>x)`,
    `[...${a},,${b}].length>1`,
    `f${random.below(count)}(...[${a}],${b})`,
    `({...${a},get v(){return ${b}}}).v`,
    `(${a})?.v?.[${b}]`,
    `new Set([...${a}]).has(${b})`,
    `tag\`\${${a}}\``,
    `/(?i:${random.below(3)}+)/.test(${a})`,
    `(()=>{throw ${a}})()||${b}`,
    `(process.env.CLAUDE_CODE_ENABLE_TASKS=${a},${b})`,
    `((x)=>x)(${a})`,
    `(()=>{return ${a}})()`,
    leaf(),
    leaf(),
  ]);
}
