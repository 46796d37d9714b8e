/** The command `completion`: scripts for shells, made from the tables of commands and options. */
import type { Shell } from './arguments.js';
import { type CommandName, commands, type OptionName, options, takes } from './commands.js';

const names = Object.keys(commands) as CommandName[];

/** Service types that are proposed: what printers, file servers, players, homes and developers have. */
const types = [
  '_http._tcp',
  '_https._tcp',
  '_ipp._tcp',
  '_ipps._tcp',
  '_printer._tcp',
  '_ssh._tcp',
  '_sftp-ssh._tcp',
  '_smb._tcp',
  '_afpovertcp._tcp',
  '_nfs._tcp',
  '_rfb._tcp',
  '_rdp._tcp',
  '_airplay._tcp',
  '_raop._tcp',
  '_googlecast._tcp',
  '_hap._tcp',
  '_matter._tcp',
  '_mqtt._tcp',
  '_workstation._tcp',
];
/** The names of the interfaces, on Linux or with BSD's ifconfig. */
const INTERFACES = '$(ls /sys/class/net 2>/dev/null || ifconfig -l 2>/dev/null)';

/** The script, which its shell reads from a file or by `source <(mdns-actors completion bash)`. */
export function completion(shell: Shell): string {
  return { bash, zsh, fish }[shell]().join('\n');
}

function optionsOf(command: CommandName): OptionName[] {
  return (Object.keys(options) as OptionName[]).filter((name) => takes(command, name));
}

/** What the operands of a command may be. */
function operandsOf(command: CommandName): readonly string[] {
  const { operand } = commands[command] as { readonly operand?: 'type' | 'command' | 'shell' };
  return operand === undefined ? [] : { type: types, command: names, shell: ['bash', 'zsh', 'fish'] }[operand];
}

function withValue(value: 'file' | 'interface'): string[] {
  const all = Object.entries(options).filter(([, option]) => 'value' in option && option.value === value);
  return all.map(([name]) => `--${name}`);
}

function bash(): string[] {
  const cases = names.map((name) => {
    const words = [...operandsOf(name), ...optionsOf(name).map((each) => `--${each}`)];
    return `    ${name}) words='${words.join(' ')}' ;;`;
  });
  return [
    '# Completion of mdns-actors for bash.',
    '_mdns_actors() {',
    `  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} word words command=`,
    '  case $prev in',
    `    ${withValue('file').join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;`,
    `    ${withValue('interface').join('|')}) COMPREPLY=($(compgen -W "${INTERFACES}" -- "$cur")); return ;;`,
    '  esac',
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    case $word in ${names.join('|')}) command=$word; break ;; esac`,
    '  done',
    '  case $command in',
    `    '') words='${names.join(' ')} --help --version' ;;`,
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '}',
    'complete -F _mdns_actors mdns-actors',
  ];
}

function zsh(): string[] {
  const described = names.map((name) => `    ${inZsh(`${name}:${commands[name].about}`)}`);
  const cases = names.flatMap((name) => {
    const operands = operandsOf(name);
    const lines = optionsOf(name).map((each) => `        ${zshOption(each)} \\`);
    return [
      `      ${name})`,
      '        _arguments \\',
      ...lines,
      `        ${operands.length === 0 ? "'*: :'" : `'*: :(${operands.join(' ')})'`}`,
      '        ;;',
    ];
  });
  return [
    '#compdef mdns-actors',
    '_mdns_actors() {',
    '  local -a commands',
    '  commands=(',
    ...described,
    '  )',
    '  local context state line',
    `  _arguments -C ${zshOption('help')} ${zshOption('version')} '1: :->command' '*:: :->arguments'`,
    '  case $state in',
    '    command) _describe command commands ;;',
    '    arguments)',
    '      case $line[1] in',
    ...cases,
    '      esac',
    '      ;;',
    '  esac',
    '}',
    'if [ "$funcstack[1]" = _mdns_actors ]; then _mdns_actors "$@"; else compdef _mdns_actors mdns-actors; fi',
  ];
}

function zshOption(name: OptionName): string {
  const { type, about, ...rest } = options[name];
  const value = 'value' in rest ? rest.value : undefined;
  const action = value === 'file' ? '_files' : value === 'interface' ? `(${INTERFACES})` : '';
  const argument = type === 'boolean' ? '' : `:value:${action}`;
  // Brackets would end the description.
  const text = `--${name}[${about.replace(/[[\]:]/g, ' ')}]${argument}`;
  return value === 'interface' ? `"*${text}"` : inZsh(text);
}

function inZsh(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fish(): string[] {
  const isFirst = '__fish_use_subcommand';
  const lines = names.flatMap((name) => {
    const within = `'__fish_seen_subcommand_from ${name}'`;
    const operands = operandsOf(name);
    return [
      `complete -c mdns-actors -n ${isFirst} -a ${name} -d ${inFish(commands[name].about)}`,
      ...(operands.length === 0 ? [] : [`complete -c mdns-actors -n ${within} -a '${operands.join(' ')}'`]),
      ...optionsOf(name).map((each) => `complete -c mdns-actors -n ${within} ${fishOption(each)}`),
    ];
  });
  const first = (['help', 'version'] as const).map(
    (each) => `complete -c mdns-actors -n ${isFirst} ${fishOption(each)}`,
  );
  return ['# Completion of mdns-actors for fish.', 'complete -c mdns-actors -f', ...first, ...lines];
}

function fishOption(name: OptionName): string {
  const { type, about, ...rest } = options[name];
  const value = 'value' in rest ? rest.value : undefined;
  const values = { file: ' -r -F', interface: " -x -a '(command ls /sys/class/net 2>/dev/null)'" };
  const argument = type === 'boolean' ? '' : value === undefined ? ' -x' : values[value];
  const short = 'short' in rest ? ` -s ${rest.short}` : '';
  return `-l ${name}${short}${argument} -d ${inFish(about)}`;
}

function inFish(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
