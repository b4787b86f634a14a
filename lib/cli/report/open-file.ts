import { spawn } from 'node:child_process';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

/** Opens a file as a double click does. Where there is no opener, nothing happens: the path is printed before. */
export function openFile(path: string): void {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  spawn(program, [...args, path], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}
