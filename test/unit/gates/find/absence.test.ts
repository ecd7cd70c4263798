import { expect, test } from 'vitest';
import { analyze } from '../../../../src/gates/analyze.ts';
import { moduleOf } from '../modules.ts';

const names = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];
const ends = names.map((name) => name.slice('Task'.length));

/** The code once per tool, with `NAME`, `END` and `N` replaced. */
function each(code: string): string {
  return names
    .map((name, index) =>
      code.replaceAll('NAME', name).replaceAll('END', ends[index]!).replaceAll('N', `${index}`),
    )
    .join('\n');
}

const gate = 'function gate(){return policy()&&flag("tengu_board",!1)}\n';
const enabled = 'isEnabled(){return gate()}';
const whole = JSON.stringify(names);
const parts = JSON.stringify(ends);
const hex = (text: string): string => `\\x${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
const unicode = (text: string): string =>
  `Task\\u{${text.charCodeAt(4).toString(16)}}${text.slice(5)}`;

/** Tools in unsupported forms: never edited, never called absent. */
test.each<[string, string]>([
  ['a name from a getter', each(`var tN={get name(){return"NAME"},${enabled}};`)],
  ['a name from a getter with parts', each(`var tN={get name(){return kind+what[N]},${enabled}};`)],
  ['a name from a static getter', each(`class TN{static get name(){return"NAME"}${enabled}}`)],
  ['a name from a call', each(`var tN={name:nameOf("NAME"),${enabled}};`)],
  [
    'a name from a call of a part',
    `function nameOf(x){return"Task"+x}${each(`var tN={name:nameOf("END"),${enabled}};`)}`,
  ],
  ['a name from a method', each(`var tN={name:text("NAME").trim(),${enabled}};`)],
  ['a definition by a call', each(`def("NAME",{${enabled}});`)],
  [
    'a definition in a list',
    `${each(`var tN={${enabled}};`)}[["TaskCreate",t0],["TaskGet",t1]].forEach(add);`,
  ],
  ['a definition by a builder', each(`var tN=tool("NAME").when(()=>gate()).done();`)],
  ['a definition in a map', each(`tools.set("NAME",{${enabled}});`)],
  [
    'a definition under its name',
    `var tools={${names.map((name) => `${name}:{${enabled}}`).join()}};`,
  ],
  [
    'a definition under its quoted name',
    `var tools={${names.map((name) => `"${name}":{${enabled}}`).join()}};`,
  ],
  ['a definition by assignment', each(`var tN={${enabled}};tN.name="NAME";`)],
  [
    'a definition by defineProperty',
    each(`var tN={${enabled}};Object.defineProperty(tN,"name",{value:"NAME"});`),
  ],
  ['a definition by Object.assign', each(`var tN=Object.assign({name:"NAME"},{${enabled}});`)],
  ['a tool without isEnabled', each('var tN={name:"NAME",call(){}};')],
  ['isEnabled under another name', each('var tN={name:"NAME",isOn(){return gate()}};')],
  [
    'isEnabled under a computed name',
    each('var key="isEnabled";var tN={name:"NAME",[key](){return gate()}};'),
  ],
  ['isEnabled that is assigned', each('var tN={name:"NAME"};tN.isEnabled=()=>gate();')],
  [
    'isEnabled on a prototype',
    `var base={${enabled}};${each('var tN={__proto__:base,name:"NAME"};')}`,
  ],
  [
    'isEnabled by Object.create',
    `var base={${enabled}};${each('var tN=Object.create(base,{name:{value:"NAME"}});')}`,
  ],
  ['isEnabled by spread', `var base={${enabled}};${each('var tN={...base,name:"NAME"};')}`],
  ['isEnabled by a class', `class Base{${enabled}}${each('class TN extends Base{name="NAME"}')}`],
  [
    'isEnabled by a constructor',
    `class Tool{constructor(n){this.name=n}${enabled}}${each('var tN=new Tool("NAME");')}`,
  ],
  ['a static name', each(`class TN{static name="NAME";static ${enabled}}`)],
  ['a name that is a class', each(`class NAME{${enabled}}`)],
  ['a composed name', each(`var tN={name:"Task"+"END",${enabled}};`)],
  ['a name composed of odd parts', each(`var tN={name:"T"+"asNAME".slice(2),${enabled}};`)],
  ['a name composed with a variable', each(`var tN={name:first+"END",${enabled}};`)],
  [
    'a name of two variables',
    `var a="Task",b=${parts};${each(`var tN={name:a+b[N],${enabled}};`)}`,
  ],
  [
    'a name of two variables behind isEnabled',
    `var a="Task",b=${parts};${each(`var tN={${enabled},name:a+b[N]};`)}`,
  ],
  ['a template', each(`var tN={name:\`Task\${"END"}\`,${enabled}};`)],
  [
    'a template of two variables',
    `var a="Task",b=${parts};${each(`var tN={name:\`\${a}\${b[N]}\`,${enabled}};`)}`,
  ],
  ['a template for the beginning', `var a="Task";${each(`def(\`\${a}END\`,{${enabled}});`)}`],
  ['a tagged template', each(`var tN={name:text\`NAME\`,${enabled}};`)],
  ['a raw template', each(`var tN={name:String.raw\`NAME\`,${enabled}};`)],
  ['concat', each(`var a="Task".concat("END");def(a,{${enabled}});`)],
  ['join', each(`var a=["Task","END"].join("");def(a,{${enabled}});`)],
  ['join and variables', `var a="Task";${each(`var tN={name:[a,ends[N]].join(""),${enabled}};`)}`],
  ['a list by index', `var list=${whole};function make(i){return{name:list[i],${enabled}}}`],
  ['a list by entry', `var list=${whole};for(let name of list)def({name,${enabled}});`],
  ['a list that is mapped', `var list=${whole}.map((name)=>({name,${enabled}}));`],
  ['a list that is iterated', `var list=${whole};list.every((name)=>def({name,${enabled}}));`],
  ['a list that is passed on', `var list=${whole};def(list,{${enabled}});`],
  ['a list that is exported', `var list=${whole};export{list};`],
  ['a list of ends', `var tools=${parts}.map((end)=>def(kind+end,{${enabled}}));`],
  [
    'an object of ends',
    `var end={a:"Create",b:"Get",c:"Update",d:"List"};function make(k){return def(kind+end[k],{${enabled}})}`,
  ],
  [
    'an enumeration',
    `var Name;(function(n){n.Create="TaskCreate";n.Get="TaskGet";n.Update="TaskUpdate";n.List="TaskList"})(Name||(Name={}));function make(k){return{name:Name[k],${enabled}}}`,
  ],
  [
    'a frozen object',
    `var Name=Object.freeze({a:"TaskCreate",b:"TaskGet",c:"TaskUpdate",d:"TaskList"});function make(k){return{name:Name[k],${enabled}}}`,
  ],
  [
    'one text that is split',
    `"${names.join()}".split(",").forEach((name)=>def({name,${enabled}}));`,
  ],
  ['JSON', `JSON.parse('${whole}').forEach((name)=>def({name,${enabled}}));`],
  ['a text that is cut', each(`def("xNAME".slice(1),{${enabled}});`)],
  ['a text that is replaced', each(`var tN={name:"Task END".replace(" ",""),${enabled}};`)],
  ['a pattern', each(`var tN={name:/NAME/.source,${enabled}};`)],
  ['character codes', each(`var tN={name:String.fromCharCode(84,97,115,107,N),${enabled}};`)],
  ['base64', each(`var tN={name:atob("VGFza0NyZWF0ZQ=="),${enabled}};`)],
  ['reversed', each(`var tN={name:turn("etaerC"),${enabled}};`)],
  ['a conditional', each(`var tN={name:beta?ends[N]:old[N],${enabled}};`)],
  [
    'hexadecimal escapes',
    names.map((name, i) => `var t${i}={name:"${hex(name)}",${enabled}};`).join(''),
  ],
  [
    'code points',
    names.map((name, i) => `var t${i}={name:"${unicode(name)}",${enabled}};`).join(''),
  ],
  ['needless escapes', each(`var tN={name:"Tas\\kEND",${enabled}};`)],
  ['a line continued', each(`var tN={name:"Task\\\nEND",${enabled}};`)],
  ['a computed key', each(`var tN={["name"]:kind+ends[N],${enabled}};`)],
  ['a class with a computed name', each(`class TN{name=kind+ends[N];${enabled}}`)],
  ['a statement that does not parse', each('var tN={name:"NAME",;')],
])('%s is not absent', (_, code) => {
  const { tasks } = analyze([moduleOf(gate + code)]);
  expect(tasks.verdict).toBe('unknown');
  expect(tasks.flip).toBeNull();
});

/** Names computed away from the tool: other words that only such tools have give it away. */
test.each<[string, string]>([
  ['base64', each('var nN=atob("VGFza0NyZWF0ZQ=="),tN={name:nN,ENABLED};')],
  ['character codes', each('var nN=String.fromCharCode(84,N),tN={name:nN,ENABLED};')],
  ['a JSON file', each('var nN=readJson("names.json")[N],tN={name:nN,ENABLED};')],
])('names from %s, with other words of the tools, are not absent', (_, code) => {
  const text = gate + code.replaceAll('ENABLED', enabled);
  const fields = 'var input=object({taskId:text(),addBlockedBy:list()});';
  expect(analyze([moduleOf(text + fields)]).tasks.verdict).toBe('unknown');
  expect(analyze([moduleOf(`${text}/* addBlockedBy */`)]).tasks.verdict).toBe('absent');
  const prompt = 'var prompt="Ask a teammate.";';
  expect(analyze([moduleOf(text + prompt)]).teams.verdict).toBe('unknown');
});

/** Builds without the tools, but with words like theirs. */
test.each<[string, string]>([
  [
    'other tools',
    'var task="Task";var t={name:task,isEnabled(){return!0}};var u={name:"TodoWrite",isEnabled:()=>!0};',
  ],
  [
    'names of servers',
    'function of(s,t){return{name:"mcp__"+s+"__"+t.name,isEnabled(){return!0}}}',
  ],
  [
    'names of servers in a template',
    'function of(s,t){return{name:`mcp__${s}__${t.name}`,isEnabled(){return!0}}}',
  ],
  [
    'names given by users',
    'function of(t){return{name:t.name,isEnabled:()=>!0}}function by(name){return{name,isEnabled:()=>!0}}',
  ],
  ['computed names of other things', 'var e={name:error("x"),code:1};var f={name:kind+"Error"};'],
  [
    'words of other things',
    'function label(a){if(!a)return"Update";return a.old===""?"Create":"Update"}var words=["Get","GetRows","Like","List","Listable"];',
  ],
  ['an end of something else', 'function of(kind){return`${kind}List`}'],
  [
    'a longer word',
    'class Server{async _waitForTaskUpdate(id){return this._waitForTaskUpdate(id)}}',
  ],
  ['the beginning of a longer word', 'f(           TaskLists,          $TaskGet)'],
  ['a comment', '// TaskList\nvar a;/* TaskCreate, "TaskGet" */ // TaskUpdate'],
  [
    'lists that are only searched',
    `var list=${whole};function has(x){return list.includes(x)}function too(x){return new Set(${whole}).has(x)}function or(x){return ${whole}.indexOf(x)>=0}`,
  ],
  [
    'comparisons',
    'function is(x){return x==="TaskCreate"||x!=="TaskGet"}function of(x){switch(x){case"TaskUpdate":return 1}}',
  ],
])('%s: absent', (_, code) => {
  const { tasks, teams } = analyze([moduleOf(code)]);
  expect(tasks).toMatchObject({ verdict: 'absent', flip: null });
  expect(tasks.reason).toContain(names.join(', '));
  expect(teams.verdict).toBe('absent');
});

/** The object found is not the whole tool: another `isEnabled` may replace its own. */
test.each<[string, string]>([
  ['assigned', 'var tN={name:"NAME",isEnabled(){return off()}};tN.isEnabled=()=>gate();'],
  [
    'assigned by its text',
    'var tN={name:"NAME",isEnabled(){return off()}};tN["isEnabled"]=()=>gate();',
  ],
  [
    "assigned to a builder's result",
    'var tN=tool({name:"NAME",isEnabled(){return off()}});tN.isEnabled=()=>gate();',
  ],
  [
    'assigned by Object.assign',
    'var tN={name:"NAME",isEnabled(){return off()}};Object.assign(tN,{isEnabled:()=>gate()});',
  ],
  [
    'defined',
    'var tN={name:"NAME",isEnabled(){return off()}};Object.defineProperty(tN,"isEnabled",{value:gate});',
  ],
  [
    'merged',
    'var tN=Object.assign({name:"NAME",isEnabled(){return off()}},{isEnabled:()=>gate()});',
  ],
  [
    'overridden',
    'var tN=Object.create({name:"NAME",isEnabled(){return off()}},{isEnabled:{value:gate}});',
  ],
  ['copied', 'var tN={...{name:"NAME",isEnabled(){return off()}},isEnabled(){return gate()}};'],
  [
    'inherited',
    'var tN={__proto__:{name:"NAME",isEnabled(){return off()}},isEnabled(){return gate()}};',
  ],
])('an isEnabled that is %s', (_, code) => {
  const { tasks } = analyze([moduleOf(`${gate}function off(){return!1}${each(code)}`)]);
  expect(tasks).toMatchObject({ verdict: 'unknown', flip: null });
});

/** The same for teams, found by a variable and two tools. */
test.each<[string, string]>([
  [
    'a variable by its name',
    'var key="CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS";function swarm(){return!!process.env[key]}',
  ],
  [
    'a variable in a pattern',
    'var{CLAUDE_CODE_AGENT_SWARMS:on}=process.env;function swarm(){return!!on}',
  ],
  ['a composed variable', 'function swarm(){return!!process.env["CLAUDE_CODE_"+"AGENT_SWARMS"]}'],
  [
    'a variable in a list',
    'var list=["CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS"];function swarm(i){return process.env[list[i]]}',
  ],
  [
    'a variable with escapes',
    'function swarm(){return!!process.env["CLAUDE\\x5fCODE_AGENT_SWARMS"]}',
  ],
  ['a tool of a class', `class Mate{name="Teammate";${enabled}}`],
  ['a tool by a call', `def("TeamCreate",{${enabled}});`],
  ['a tool with a composed name', `var t={name:"Team"+"mate",${enabled}};`],
  ['a tool with a computed name', `var t={name:kind+what,${enabled}};`],
])('teams, %s: not absent', (_, code) => {
  expect(analyze([moduleOf(gate + code)]).teams.verdict).toBe('unknown');
});
