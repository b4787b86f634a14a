import type { Level, OfferedOption } from './grammar';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The word that is completed: the command of an installed package, or an alias. */
const COMMAND = 'netskope-audit';

/** zsh brings what it needs to complete by scripts for bash (zsh manual, "Completion System"). */
const ZSH_READS_BASH = `(( $+functions[compdef] )) || { autoload -U compinit && compinit; }
autoload -U bashcompinit && bashcompinit`;

/** A script for the shell that completes the command line from its grammar alone: it starts no program and asks nobody. */
export function completionScript(shell: Shell, levels: readonly Level[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(levels);
    case 'zsh':
      return `${ZSH_READS_BASH}\n${bashScript(levels)}`;
    case 'fish':
      return fishScript(levels);
  }
}

/** A path as the scripts keep it: `/alerts/list`; empty at the program itself. */
function key(path: readonly string[]): string {
  return path.map((name) => `/${name}`).join('');
}

/** In the part of bash that zsh reads as well: there a length of a slice that begins with a letter is a modifier. */
function bashScript(levels: readonly Level[]): string {
  const paths = levels.map(({ path }) => key(path)).filter((path) => path !== '');
  return `_complete_netskope() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at="" word words=""
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do
    case "$at/$word" in
      ${paths.join('|')}) at="$at/$word" ;;
    esac
  done
  case "$at $previous" in
${levels.flatMap(bashValues).join('\n')}
  esac
  case "$at" in
${levels.map(bashWords).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _complete_netskope ${COMMAND}`;
}

/** What follows the options of a level that take a value. */
function bashValues({ path, options }: Level): string[] {
  return options.flatMap(({ names, value }) => {
    if (value === 'none') return [];
    const reply =
      value === 'any'
        ? ''
        : `COMPREPLY=($(compgen ${value === 'file' ? '-f' : `-W "${value.join(' ')}"`} -- "$current")); `;
    return [`    ${names.map((name) => `"${key(path)} ${name}"`).join('|')}) ${reply}return ;;`];
  });
}

function bashWords({ path, words, options }: Level): string {
  const offered = [...words.map(({ text }) => text), ...options.flatMap(({ names }) => names)];
  return `    "${key(path)}") words="${offered.join(' ')}" ;;`;
}

function fishScript(levels: readonly Level[]): string {
  const paths = levels.map(({ path }) => key(path)).filter((path) => path !== '');
  const lines = levels.flatMap(({ path, words, options }) => {
    const start = `complete -c ${COMMAND} -n '__netskope_is_at ${quoted(key(path))}'`;
    return [
      ...words.map(({ text, description }) => `${start} -a ${text} -d ${fishText(description)}`),
      ...options.map((option) => `${start} ${fishOption(option)}`),
    ];
  });
  return `function __netskope_is_at
  set -l at ""
  for word in (commandline -opc)[2..]
    contains -- "$at/$word" ${paths.join(' ')}; and set at "$at/$word"
  end
  test "$at" = $argv[1]
end
complete -c ${COMMAND} -f
${lines.join('\n')}`;
}

function fishOption({ names, description, value }: OfferedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const argument =
    value === 'none'
      ? []
      : value === 'any'
        ? ['-x']
        : value === 'file'
          ? ['-r', '-F']
          : ['-x', '-a', `'${value.join(' ')}'`];
  return [...flags, ...argument, '-d', fishText(description)].join(' ');
}

/** Within single quotes already. */
function quoted(text: string): string {
  return `"${text}"`;
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
