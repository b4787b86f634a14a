import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parsedJson } from '../parsed-json';

const OTHERS_MAY_NOTHING = 0o077;
const FOLDER_MODE = 0o700;

/**
 * A folder that one endpoint at a time keeps its state in. Two on one folder would each grant the same condition. The
 * claim is a file with the process id; that of a dead process is taken over. Only the process's user has access.
 */
export class StateFolder {
  readonly #claimFile: string;

  private constructor(readonly path: string) {
    this.#claimFile = join(path, 'in-use-by.pid');
  }

  /**
   * Everything that this process writes from here on is accessible to its user only, folders 0700 and files 0600: the
   * store of the tables creates its files itself and accepts no mode.
   * @throws Error if a living process has claimed the folder.
   */
  static claim(path: string): StateFolder {
    process.umask(OTHERS_MAY_NOTHING);
    mkdirSync(path, { recursive: true });
    chmodSync(path, FOLDER_MODE);
    const folder = new StateFolder(path);
    if (existsSync(folder.#claimFile)) {
      const owner = Number(readFileSync(folder.#claimFile, 'utf8'));
      if (isAlive(owner)) {
        throw new Error(
          `The state folder ${path} is in use by process ${owner}: stop it, or delete ${folder.#claimFile} if it is not this program.`,
        );
      }
      rmSync(folder.#claimFile, { force: true });
    }
    writeFileSync(folder.#claimFile, `${process.pid}\n`, { flag: 'wx' });
    return folder;
  }

  /** Path of a file or folder of the state. */
  join(name: string): string {
    return join(this.path, name);
  }

  /** Releases the folder for the next process. */
  release(): void {
    rmSync(this.#claimFile, { force: true });
  }
}

/** Replaces a file such that a killed process leaves either the old or the new content. */
export function replaceFile(file: string, content: string): void {
  writeFileSync(`${file}.incoming`, content);
  renameSync(`${file}.incoming`, file);
}

/** The text of a file; empty if it does not exist. */
export function readFileIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The whole lines of a file that is only appended to; a last line cut by a killed process is removed from the file. */
export function readWholeLines(file: string): readonly string[] {
  const text = readFileIfThere(file);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) replaceFile(file, whole);
  return whole.split('\n').slice(0, -1);
}

/** Appends lines in one write. */
export function appendLines(file: string, lines: readonly string[]): void {
  appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A file of the state, and what it must contain. */
interface StateFile<T> {
  readonly path: string;
  readonly isRight: (value: unknown) => value is T;
  /** The expected content: `a list of secrets`. */
  readonly expected: string;
  /** What to do if it contains something else, as a sentence. */
  readonly whatToDo: string;
}

/**
 * The value in a JSON text of a state file.
 * @throws Error that names the file, what is expected and what to do, without the text, which may be anything
 */
export function parseStateJson<T>(text: string, { path, isRight, expected, whatToDo }: StateFile<T>): T {
  const value = parsedJson(text);
  if (isRight(value)) return value;
  const received = value === undefined ? `no JSON (${text.length} characters)` : 'other JSON';
  throw new Error(
    `The state file ${path} is broken: it holds ${received}, expected ${expected}. ${whatToDo}`,
  );
}

/** Whether a value is an object with a string at each of the names. */
export function hasTexts(value: unknown, names: readonly string[]): boolean {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return names.every((name) => typeof fields[name] === 'string');
}
