/**
 * Bundles the command line into a folder, without what `--local` runs, and without esbuild.
 * @returns path of the file that starts it
 */
export function bundleCommandLine(folder: string): string;
