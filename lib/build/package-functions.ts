import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DETECTION_FILE } from '../../lambdas/contract/deployment/detector-event';
import {
  bundleCollector,
  bundleDailyMessage,
  bundleDetector,
  bundleFleet,
  bundleVerifier,
} from './function-bundles';
import { BUILT, IS_CHECKOUT, PACKAGE_FOLDER } from './package-folder';

/** At the same depth in every checkout: source maps hold paths relative to it and are part of the asset's hash. */
const BUILDS = IS_CHECKOUT
  ? join(PACKAGE_FOLDER, '.local')
  : resolve('node_modules/.cache/netskope-audit-collector');

/** Removed when the process ends; the CDK has copied them by then. */
const folders: string[] = [];

function newFolder(name: string): string {
  mkdirSync(BUILDS, { recursive: true });
  if (folders.length === 0) process.once('exit', removeFolders);
  const folder = mkdtempSync(join(BUILDS, `${name}-${process.pid}-`));
  folders.push(folder);
  return folder;
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Of functions that take no settings: the package's own, or in a checkout one that is built once a process. */
const builtFolders = new Map<keyof typeof BUILT, string>();

function functionFolder(
  name: 'collector' | 'dailyMessage' | 'fleet' | 'verifier',
  bundle: (folder: string) => unknown,
): string {
  if (!IS_CHECKOUT) return BUILT[name];
  const known = builtFolders.get(name);
  if (known !== undefined) return known;
  const folder = newFolder(name);
  bundle(folder);
  builtFolders.set(name, folder);
  return folder;
}

/** Folder with the collector. */
export function collectorFolder(): string {
  return functionFolder('collector', bundleCollector);
}

/** Folder with the function that sends the daily message. */
export function dailyMessageFolder(): string {
  return functionFolder('dailyMessage', bundleDailyMessage);
}

/** Folder with the function of a fleet. */
export function fleetFolder(): string {
  return functionFolder('fleet', bundleFleet);
}

/** Folder with the function that verifies the archive. */
export function verifierFolder(): string {
  return functionFolder('verifier', bundleVerifier);
}

/**
 * Folder with a detector: a copy of the package's own, or built, in a checkout or with rules in addition to the pack.
 * @param detection settings of detection, which are stored next to the code
 * @param rulesFolder if absent, there are no more rules
 */
export function detectorFolder(detection: object, rulesFolder?: string): string {
  const detector = newFolder('detector');
  if (IS_CHECKOUT || rulesFolder !== undefined) bundleDetector(detector, detection, rulesFolder);
  else {
    cpSync(BUILT.detector, detector, { recursive: true });
    writeFileSync(join(detector, DETECTION_FILE), JSON.stringify(detection));
  }
  return detector;
}
