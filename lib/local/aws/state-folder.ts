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

const OTHERS_MAY_NOTHING = 0o077;
const FOLDER_MODE = 0o700;

/**
 * A folder that one endpoint at a time keeps its state in. Two on one folder would each grant the same condition.
 * The claim is a file with the process id; that of a dead process is taken over. The folder is its user's alone.
 */
export class StateFolder {
  readonly #claimFile: string;

  private constructor(readonly path: string) {
    this.#claimFile = join(path, 'in-use-by.pid');
  }

  /**
   * Everything that this process writes from here on is its user's alone, folders 0700 and files 0600: the store of the
   * tables makes its files itself and takes no mode.
   * @throws Error when a living process has the folder.
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

  /** Lets the next one have the folder. */
  release(): void {
    rmSync(this.#claimFile, { force: true });
  }
}

/** Replaces a file so that a killed process leaves the old content or the new one. */
export function replaceFile(file: string, content: string): void {
  writeFileSync(`${file}.incoming`, content);
  renameSync(`${file}.incoming`, file);
}

/** The text of a file, or nothing when it is not there. */
export function readFileIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The whole lines of a file that is only appended to; a last line cut by a killed process is taken off the file. */
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

/** A file of the state, and what it must hold. */
interface StateFile<T> {
  readonly path: string;
  readonly isRight: (value: unknown) => value is T;
  /** What is expected in it: `a list of secrets`. */
  readonly expected: string;
  /** What to do where it holds something else, as a sentence. */
  readonly whatToDo: string;
}

/**
 * The value in a JSON text of a state file.
 * @throws Error that names the file, what is expected and what to do; nothing of the text, which may be anything
 */
export function parseStateJson<T>(text: string, { path, isRight, expected, whatToDo }: StateFile<T>): T {
  const value = jsonIn(text);
  if (isRight(value)) return value;
  const received = value === undefined ? `no JSON (${text.length} characters)` : 'other JSON';
  throw new Error(
    `The state file ${path} is broken: it holds ${received}, expected ${expected}. ${whatToDo}`,
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with a text at each of the names. */
export function hasTexts(value: unknown, names: readonly string[]): boolean {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return names.every((name) => typeof fields[name] === 'string');
}
