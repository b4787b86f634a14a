import { format, resolveConfig } from 'prettier';

/** Text as the project's own formatting has it, so that what is generated passes the format check. */
export async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}
