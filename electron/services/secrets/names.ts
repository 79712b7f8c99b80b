/**
 * The name of a target's secret: its address, so that projects that push to the same place share it, and so that a project that gives the name
 * of somebody else's target to an address of its own does not get the secret. Credentials, query and a slash at the end do not count.
 */
export function targetSecret(type: string, url: string): string {
  const parsed = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`);
  const address = parsed ? `${parsed.host}${parsed.pathname}` : url;
  return `target:${type}:${address.replace(/\/+$/, '')}`;
}

/** The name of a channel's address: of one project only. */
export const channelSecret = (project: string, channel: string): string => `channel:${project}:${channel}`;

/** As Terraform names variables after hosts, so that `reg-a.example` is not taken for `reg.a.example`; `/` and `:` have signs of their own. */
const SIGNS: Readonly<Record<string, string>> = { '.': '_', '-': '__', '/': '___', ':': '____' };

/**
 * The variable that holds a secret where there is no keyring (CI): `ASSAY_SECRET_` and the address or name in capitals, with `_` for a dot, `__`
 * for a dash, `___` for a slash, `____` for a colon: `ASSAY_SECRET_REGISTRY_EXAMPLE_COM___TEAM` for the target `registry.example.com/team`,
 * `ASSAY_SECRET_OPS` for the channel `ops`. `…_USER` beside it may hold the user's name.
 */
export function variableOf(name: string): string {
  const own = name.replace(/^target:[^:]*:|^channel:[^:]*:/, '');
  return `ASSAY_SECRET_${own.toUpperCase().replaceAll(/[^A-Z0-9]/g, (sign) => SIGNS[sign] ?? '_')}`;
}
