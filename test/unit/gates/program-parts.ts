/** Ways to read the variable `NAME`. */
export const readings = [
  '@yes@(process.env.NAME)',
  '@no@(process.env.NAME)',
  '@registry@.NAME===!0',
  '@registry@.NAME===!1',
  'process.env.NAME==="1"',
  '!!process.env.NAME',
];

/** Inputs that cc-mirror does not set; `MODELS` asks for the model. */
export const inputs = [
  '@flag@("tengu_flag_a",!1)',
  '@flag@("tengu_flag_b",!0)',
  '@session@.isInteractive',
  'process.argv.includes("--board")',
  'ask(0)',
  'ask(1)',
  'ask(2)',
  'MODELS',
];

/** Ways to ask for the model. */
export const modelTests = [
  '["one-1","one-2"].includes(@session@.model)',
  'new Set(["one-1"]).has(@session@.model)',
  '@session@.model.startsWith("one-")',
  '/^one-/.test(@session@.model)',
  '@older@(@session@.model)',
];

/** What the code above calls. */
export const helpers: [string, string][] = [
  [
    'yes',
    'function yes(v){if(!v)return!1;if(typeof v==="boolean")return v;return["1","true"].includes(v.toLowerCase().trim())}',
  ],
  [
    'no',
    'function no(v){if(v===void 0)return!1;return["0","false"].includes(v.toLowerCase().trim())}',
  ],
  [
    'flag',
    'function flag(name,fallback){let held=remote.get(name);return held===void 0?fallback:held}',
  ],
  ['registry', 'var registry=build();'],
  [
    'session',
    'var session=opened();function opened(){return{isInteractive:!1,model:""}}expose(session);',
  ],
  ['older', 'function older(id){switch(id){case"one-1":case"one-2":return!0;default:return!1}}'],
];
