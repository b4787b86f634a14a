import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REPOSITORY = join(__dirname, '../..');
const NAME = 'netskope-audit-collector';

/** What any app has for itself, in this checkout's version. */
const OF_THE_APP = ['@types/node', 'undici-types'];

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** A folder with nothing but the package that `npm pack` makes, and what its manifest says it needs. */
export class InstalledPackage {
  /** The app's folder. */
  readonly folder = mkdtempSync(join(tmpdir(), 'installed-package-'));
  readonly package = join(this.folder, 'node_modules', NAME);
  /** Paths in the tarball. */
  readonly files: readonly string[];

  constructor() {
    const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', this.folder])) as [
      { filename: string; files: { path: string }[] },
    ];
    this.files = packed.files.map(({ path }) => path);
    mkdirSync(this.package, { recursive: true });
    const tarball = join(this.folder, packed.filename);
    execFileSync('tar', ['-xzf', tarball, '-C', this.package, '--strip-components=1']);
    const { bin, dependencies, peerDependencies } = this.manifest();
    for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), ...OF_THE_APP])
      this.link(join(REPOSITORY, 'node_modules', name), name);
    for (const [name, path] of Object.entries(bin)) {
      chmodSync(join(this.package, path), 0o755);
      this.link(join(this.package, path), `.bin/${name}`);
    }
    this.write('package.json', '{"name":"app","private":true}');
  }

  manifest(): Manifest {
    return JSON.parse(readFileSync(join(this.package, 'package.json'), 'utf8')) as Manifest;
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Runs a program in the app's folder. */
  run(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
        ...environment,
      },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private link(target: string, name: string): void {
    const path = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }
}

/** @throws Error with what npm printed, if it fails */
function npm(args: readonly string[]): string {
  return execFileSync('npm', [...args, '--silent'], { cwd: REPOSITORY, encoding: 'utf8', stdio: 'pipe' });
}
