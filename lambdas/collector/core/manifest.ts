import { createHash } from 'node:crypto';
import { MANIFEST_BEGINNING } from '../../contract/manifest';
import type { ManifestHead, ManifestLine } from '../../contract/manifest';
import { ArchiveError } from './errors';
import type { ManifestStore } from './ports';

/** What a line says of its page. */
export type ManifestEntry = Omit<ManifestLine, 'number' | 'previous'>;

/** A checkpoint that was lost leaves years of lines to be taken over, more than one run has the time for. */
const LINES_BEFORE_REMEMBERED = 500;

/**
 * Appends to a source's manifest. The checkpoint remembers the newest line, but a run may die between the two: lines that
 * follow the remembered one are met when the next line is written, and taken over if they continue the chain.
 */
export class Manifest {
  constructor(
    private readonly store: ManifestStore,
    private newest: ManifestHead = MANIFEST_BEGINNING,
  ) {}

  /** The newest line this run knows. */
  get head(): ManifestHead {
    return this.newest;
  }

  /**
   * @param rememberHead is called now and then on the way over lines that are there already
   * @throws ArchiveError, also where a line that is there does not continue the chain
   */
  async append(
    entry: ManifestEntry,
    rememberHead: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    for (let taken = 1; ; taken++) {
      const number = this.newest.number + 1;
      const text = lineText({ number, previous: this.newest.sha256, ...entry });
      const found = await this.store.put(number, text);
      if (found !== undefined) this.assertContinues(found, number);
      this.newest = { number, sha256: sha256(found ?? text) };
      if (found === undefined || found === text) return;
      if (taken % LINES_BEFORE_REMEMBERED === 0) await rememberHead();
    }
  }

  private assertContinues(found: string, number: number): void {
    if (previousOf(found) === this.newest.sha256) return;
    throw new ArchiveError(
      `line ${number} of the manifest does not continue line ${number - 1}; expected ${this.newest.sha256} as its "previous". ` +
        'Somebody has changed the manifest: check it with netskope-audit verify --chain, and keep what is there as evidence',
    );
  }
}

function lineText(line: ManifestLine): string {
  return `${JSON.stringify(line)}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function previousOf(text: string): unknown {
  try {
    return (JSON.parse(text) as Partial<ManifestLine>).previous;
  } catch {
    return undefined;
  }
}
