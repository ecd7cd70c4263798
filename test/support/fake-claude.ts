import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a capability's gate is written: what it would take to turn it on. */
type FakeGate = 'on' | 'env' | 'flip' | 'absent' | 'unknown';

export interface FakeClaudeOptions {
  version?: string;
  tasks?: FakeGate;
  teams?: FakeGate;
  /** Offers none of the tools, whatever its gates say. */
  lies?: boolean;
  /** Lists no skill, whatever lies in the folder. */
  hidesSkills?: boolean;
  /** Announces the Task tools and SendMessage by name only, unless ENABLE_TOOL_SEARCH has all sent in full. */
  defers?: boolean;
  /** Cannot be pinned to a provider, as builds before about 2.1.100. */
  unpinned?: boolean;
  /** Names the task list by CLAUDE_CODE_TASK_LIST_ID; false: as builds before 2.1.16 do. */
  namesTaskList?: boolean;
}

/**
 * Writes a package that cc-mirror takes for Claude Code: the banner and the shapes of gates and
 * tools that src/gates understands, in our own words, and a program that sends the one request that
 * the probe reads. With `env` as its argument it prints its environment instead, as JSON.
 */
export async function writeFakeClaude(
  folder: string,
  options: FakeClaudeOptions = {},
): Promise<void> {
  const { version = '2.1.16' } = options;
  await mkdir(folder, { recursive: true });
  const manifest = { name: '@anthropic-ai/claude-code', version, type: 'module' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'cli.js'), fakeClaudeText(options), { mode: 0o755 });
}

function fakeClaudeText({
  version = '2.1.16',
  tasks = 'flip',
  teams = 'flip',
  lies = false,
  hidesSkills = false,
  defers = false,
  unpinned = false,
  namesTaskList = true,
}: FakeClaudeOptions = {}): string {
  return `#!/usr/bin/env node
// A stand-in for a program of Anthropic PBC, written for tests.
// Version: ${version}
import{existsSync,readFileSync,readdirSync}from"node:fs";
function parsed(path){try{return JSON.parse(readFileSync(path,"utf8"))}catch{return{}}}
function held(file){return parsed(process.env.CLAUDE_CONFIG_DIR+"/"+file)}
var pinned=${unpinned ? 'void 0' : 'process.env.CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST'};
var settings=held("settings.json");
var above=existsSync("../.git")?[parsed("../.claude/settings.local.json")]:[];
var all=[settings,parsed(".claude/settings.json"),...above,parsed(".claude/settings.local.json")];
var denied=all.flatMap((one)=>one.permissions?.deny??[]);
if(process.argv[2]!=="env")Object.assign(process.env,held(".claude.json").env,...all.map((one)=>one.env));
function yes(word){if(word===void 0)return!1;let plain=word.trim().toLowerCase();return["on","yes","1","true"].includes(plain)}
var remote=new Map;
function flag(name,fallback){let held=remote.get(name);return held===void 0?fallback:held}
var session={isInteractive:!1};
function headless(){return!session.isInteractive}
var tools=[{name:"Bash",isEnabled(){return!0}},{name:"Skill",isEnabled(){return!0}}];
${taskTools(tasks)}
${teamTools(teams)}
var listName=${namesTaskList ? 'process.env.CLAUDE_CODE_TASK_LIST_ID' : 'void 0'};
if(process.argv[2]==="env"){console.log(JSON.stringify(process.env));process.exit(0)}
function namesIn(kind){try{return readdirSync(process.env.CLAUDE_CONFIG_DIR+"/"+kind)}catch{return[]}}
var offered=tools.filter((tool)=>tool.isEnabled()&&!denied.includes(tool.name));
${lies ? 'offered=offered.filter((tool)=>["Bash","Skill","Agent","SendMessage"].includes(tool.name));for(let tool of offered)delete tool.schema;' : ''}
var search=process.env.ENABLE_TOOL_SEARCH;
var announced=${defers ? '["false","auto"].includes(search)?[]:offered.filter((tool)=>/^Task|^Send/.test(tool.name))' : '[]'};
offered=offered.filter((tool)=>!announced.includes(tool));
var deferral=announced.length===0?[]:[{type:"text",text:"The following deferred tools are now available via ToolSearch. Fetch them first:\\n"+announced.map((tool)=>tool.name).join("\\n")+"\\n\\nAvailable"}];
var listed=${hidesSkills ? '[]' : 'namesIn("skills").filter((name)=>offered.some((tool)=>tool.name==="Skill")&&settings.skillOverrides?.[name]!=="off"&&existsSync(process.env.CLAUDE_CONFIG_DIR+"/skills/"+name+"/SKILL.md"))'}.map((name)=>"- "+name+": "+readFileSync(process.env.CLAUDE_CONFIG_DIR+"/skills/"+name+"/SKILL.md","utf8").length);
var body={model:process.env.ANTHROPIC_MODEL??"stock-model",max_tokens:16,stream:!0,
  messages:[{role:"user",content:[...deferral,
    {type:"text",text:"<system-reminder>\\nThe following skills are available for use with the Skill tool:\\n\\n"+listed.join("\\n")+"\\n</system-reminder>"},
    {type:"text",text:"Available agent types for the Agent tool:\\n"+namesIn("agents").map((name)=>"- "+name.replace(".md","")+": One. (Tools: Bash)").join("\\n")},
    {type:"text",text:process.argv[3]??""}]}],
  tools:offered.map((tool)=>({name:tool.name,description:tool.name,input_schema:typeof tool.schema==="function"?tool.schema():{type:"object",properties:{}}}))};
var response=await fetch(process.env.ANTHROPIC_BASE_URL+"/v1/messages?beta=true",{method:"POST",
  headers:{"content-type":"application/json","user-agent":"claude-cli/${version} (external, cli)"},body:JSON.stringify(body)});
var reply=await response.text();
if(!reply.includes("message_stop")){console.error("no answer: "+response.status);process.exit(1)}
console.log("answered");
`;
}

function taskTools(gate: FakeGate): string {
  if (gate === 'absent') return '';
  const bodies = {
    on: 'return!0',
    env: 'if(yes(process.env.CLAUDE_CODE_ENABLE_TASKS))return!0;return!headless()',
    flip: 'if(headless())return!1;return!0',
    unknown: 'if(headless())return!1;return!0',
  };
  const names = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];
  // One of the four missing: what is left is found and not understood.
  const known = gate === 'unknown' ? names.slice(1) : names;
  return [
    `function allOn(){${bodies[gate]}}`,
    ...known.map(
      (name, index) =>
        `var label${index}="${name}";tools.push({name:label${index},userFacingName(){return"${name}"},isEnabled(){return allOn()},async call(input){return{data:input}}});`,
    ),
  ].join('\n');
}

function teamTools(gate: FakeGate): string {
  const worker = (schema: string): string =>
    `tools.push({name:"Agent",isEnabled(){return!0},schema(){return{type:"object",properties:${schema}}}});`;
  if (gate === 'absent') return worker('{prompt:{type:"string"}}');
  const read = 'process.env.CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS';
  const bodies = {
    on: `if(${read}==="never")return!0;return!0`,
    env: `if(!yes(${read}))return!1;if(!flag("tengu_loud_quartz",!0))return!1;return!0`,
    flip: `if(!yes(${read}))return!1;if(!flag("tengu_loud_quartz",!1))return!1;return!0`,
    unknown: `if(!yes(${read}))return!1;return!0}function swarmToo(){if(!yes(${read}))return!1;return!0`,
  };
  return [
    `function swarm(){${bodies[gate]}}`,
    worker('swarm()?{prompt:{type:"string"},team_name:{type:"string"}}:{prompt:{type:"string"}}'),
    'tools.push({name:"SendMessage",isEnabled(){return!0}});',
  ].join('\n');
}
