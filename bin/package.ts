/** npm pack: builds what the package has in place of its sources. */
import { buildPackage } from '../lib/build/package-build';

buildPackage().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
