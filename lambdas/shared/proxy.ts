import type { AgentOptions } from 'node:https';
import { ProxyEnvVar } from '../contract/deployment/environment';

/** The way out by a proxy, in the variables that Node.js knows. */
export type Proxy = Readonly<Record<(typeof ProxyEnvVar)[keyof typeof ProxyEnvVar], string>>;

/**
 * The proxy of the environment, if it names one. As for other programs, the variables may be in lower case, and the
 * address may be without `http://`.
 */
export function proxyIn(environment: Readonly<Record<string, string | undefined>>): Proxy | undefined {
  const { HttpsProxy, NoProxy } = ProxyEnvVar;
  const valueOf = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  const address = valueOf(HttpsProxy);
  if (address === '') return undefined;
  return {
    [HttpsProxy]: address.includes('://') ? address : `http://${address}`,
    [NoProxy]: valueOf(NoProxy),
  };
}

/**
 * Options by which an agent of Node.js goes through the proxy, by CONNECT. Older versions ignore them (Node.js
 * documentation, `proxyEnv` of `http.Agent`, since 24.5 and 22.21).
 */
export function agentOptions(proxy: Proxy | undefined): AgentOptions & { readonly proxyEnv?: Proxy } {
  return proxy === undefined ? {} : { proxyEnv: proxy };
}

/**
 * Settings of an AWS client, by which it goes through the proxy if there is one. It puts the steps of a command together
 * once, not for each call: a sixteenth of an idle run.
 */
export function clientSettings(proxy: Proxy | undefined) {
  const steps = { cacheMiddleware: true };
  return proxy === undefined ? steps : { ...steps, requestHandler: { httpsAgent: agentOptions(proxy) } };
}

/** Host and port of the proxy, without user and password. */
export function hostOf(proxy: Proxy): string {
  return new URL(proxy[ProxyEnvVar.HttpsProxy]).host;
}

/** The code of an error, and what the proxy answered if it refused. */
export function codeOf(error: unknown): string {
  const { code, name, statusCode } = error as Readonly<Record<string, string | number | undefined>>;
  const status = typeof statusCode === 'number' ? `, HTTP ${statusCode}` : '';
  return `${code ?? name ?? 'unknown error'}${status}`;
}
