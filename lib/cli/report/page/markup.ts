import { visibleText } from '../../../format/visible-text';

/** HTML that may be written as it is. Made by `markup`, and of a chart. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, of a list each item is written. */
export type Content = string | number | Markup | readonly Content[];

/** A template of HTML. Whatever is put into it and is no markup is escaped, whoever has written it. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.reduce((before, part, place) => before + textOf(contents[place - 1] ?? '') + part));
}

function textOf(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return visibleText(String(content)).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
