import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = join(__dirname, '../../test/lambda-node/node_modules');

/**
 * The Node.js of the function's Lambda runtime, for this machine: a package per platform, of which npm installs one.
 * @throws Error that says how to install it
 */
export function lambdaNodeBinary(packages = PACKAGES): string {
  const names = existsSync(packages) ? readdirSync(packages) : [];
  const binaries = names
    .filter((name) => name.startsWith('node-'))
    .flatMap((name) => [join(packages, name, 'bin/node'), join(packages, name, 'bin/node.exe')]);
  const binary = binaries.find((path) => existsSync(path));
  if (binary !== undefined) return binary;
  throw new Error(
    `No Node.js of Lambda in ${packages}; expected node-<platform>/bin/node. Run: npm run setup:lambda-node`,
  );
}
