/** Texts that somebody's program takes for something else than a name, without a slash and NUL. */
const hostileTexts: readonly string[] = [
  'two words',
  ' leading',
  'trailing ',
  'trailing   ',
  'trailing.',
  "it's",
  'a"b',
  '"',
  "'",
  '`id`',
  '$(id)',
  '$HOME',
  '${HOME}',
  '$',
  '~',
  '~root',
  '%PATH%',
  '100%',
  '%%',
  '!x!',
  'a^b',
  'a&b',
  'a;b',
  'a|b',
  'a>b',
  'a<b',
  'a*b',
  '?',
  '[a-z]',
  '{a,b}',
  '(a)',
  '#comment',
  'a=b',
  'a,b',
  'a:b',
  'a@b',
  'a+b',
  'a\\b',
  'back\\',
  'line\nbreak',
  '\n',
  'carriage\rreturn',
  'tab\there',
  'bell\u0007',
  'escape\u001b[31mred',
  '\u001b]0;title\u0007',
  'delete\u007f',
  'next\u0085line',
  '-dash',
  '--double',
  'größe',
  'имя',
  'όνομα',
  '名前',
  '이름',
  'اسم',
  'שם',
  'नाम',
  'ชื่อ',
  'e\u0301',
  '\u00e9',
  'Z\u0351\u0347a\u0300lgo',
  '🦄',
  '👩‍👩‍👧‍👦',
  'zero\u200bwidth',
  'right\u202eleft',
  '\ufeffmark',
  'non\u00a0breaking',
  'ｆｕｌｌ',
  '𝓯𝓪𝓷𝓬𝔂',
  'ﬁ',
  'ı',
  '\u212a',
  '\ud800',
];

const reserved =
  'bin providers store tmp claude cc-mirror latest installed auto notes router plan.md';
const devices = 'con prn aux nul com1 com9 lpt1 lpt9 con.txt nul.tar.gz';
const plain = [
  ...'a 0 _ a..b A_b 2 2.1 1e5 v2.1.112 __proto__ constructor hasOwnProperty quick doctor npm sh'.split(
    ' ',
  ),
  'a'.repeat(63),
  'a'.repeat(64),
  'a'.repeat(65),
  'a'.repeat(255),
  'a'.repeat(256),
  'a'.repeat(5000),
];
const versions = '1.2.3 2.1.112 2.1.112-beta 2.1.329.1 01.02.03 1.2.3x'.split(' ');
const options = '-h --help -V --version --json --home --home=/tmp --name -- - --yes -rf'.split(' ');
const ways = [
  ...'. .. ... ./ ../ ../.. ../../etc/passwd a/b a/../b ./a /etc/passwd // / a/ .hidden .store .staging .lock'.split(
    ' ',
  ),
  ...'..\\.. C: C:\\x \\\\server\\share file:///etc/passwd https://example.com a\0b \0 %2e%2e%2f .. .'.split(
    ' ',
  ),
];

/** Two hundred names for a variant, most of which none may have. */
export const hostileNames: readonly string[] = [
  ...new Set([
    '',
    ...hostileTexts,
    ...[...reserved.split(' '), ...devices.split(' ')].flatMap((name) => [
      name,
      capital(name),
      name.toUpperCase(),
    ]),
    ...plain,
    ...versions,
    ...options,
    ...ways,
  ]),
];

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** Names for folders: whatever a file system takes. */
export const hostileFolders: readonly string[] = [
  `a b'c"d$HOME\`e\\f*g\nh&(i);%j!~`,
  ' leading and trailing ',
  '-rf',
  '$(touch canary)`touch canary`',
  '%PATH% !x! ^&|<> #{a,b}[c]?=,:;@+',
  'größe имя 名前 🦄 e\u0301 اسم',
  '\u001b[31m\u202e\u200b',
  'x'.repeat(200),
];
