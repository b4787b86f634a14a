/** Where the events come from: the simulator on this machine, or a real Netskope tenant. */
export interface Tenant {
  /** Name of the folder for its state; two tenants never share one. */
  readonly folderName: string;
  /** How far back the very first run begins, in hours. */
  readonly startLookbackHours: number;
  /**
   * Prepares and checks what is needed before anything is created in the folder.
   * @throws StartError
   */
  prepare(folder: string, signal: AbortSignal): Promise<void>;
  /** Makes the tenant ready for calls. The folder exists and belongs to this process. @throws StartError */
  open(folder: string): Promise<OpenTenant>;
}

/** A tenant that is ready for calls. */
export interface OpenTenant {
  /** What it is, for the operator: one line. */
  readonly description: string;
  /** The JSON value of the source's secret. */
  readonly secret: { readonly domain: string; readonly token: string };
  /** Variables that the function needs to reach it, besides the deployment's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables by which the command line finds its archive. @default - none are needed */
  readonly isFoundBy?: string;
  /** Whether no call of an earlier process can still be running there. @default false */
  readonly endsWithProcess?: boolean;
  close(): Promise<void>;
}
