import { AppError, ERROR_STATUS } from '../../shared/errors.ts';
import { isServedPath } from '../../shared/served-address.ts';
import type { Log } from '../platform/log.ts';
import type { Auth } from './auth.ts';
import { sameSecret } from './auth.ts';
import { isForeign, isOwnOrigin } from './origin.ts';
import { raw } from './raw.ts';
import { createStatic, text } from './static.ts';
import type { Asked, HostServices, Reply } from './types.ts';

type Deps = {
  services: Pick<HostServices, 'servedFile'>;
  auth: Auth;
  allowsHost: (host: string | undefined) => boolean;
  staticFolder: string;
  /** What another process of this user must show to get a link; it stands in `server.json` (0600). */
  secret: string;
  /** Makes a fresh link; with a folder, to the project in it. */
  link: (project: string | null) => Promise<string>;
  log: Log;
};

export type Handler = {
  handle(asked: Asked): Promise<Reply>;
  /** Whether a socket may be opened: null when it may, else the refusal. */
  refuseSocket(asked: Asked): Reply | null;
};

/** Every answer of the server, from a request to a reply, without a socket. Who is not let in learns only that. */
export function createHandler({ services, auth, allowsHost, staticFolder, secret, link, log }: Deps): Handler {
  const page = createStatic(staticFolder);

  const wrongHost = (asked: Asked): Reply | null => {
    if (allowsHost(asked.headers.host)) return null;
    log.warn('refused a host name', { host: asked.headers.host?.slice(0, 200) });
    return text(403, 'Assay does not answer to this host name. If it is yours, start Assay with "--allow-host NAME".');
  };

  const control = async ({ method, headers, body }: Asked): Promise<Reply> => {
    const shown = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    // a browser always sends an origin with a POST, and no page may come this way
    if (headers.origin !== undefined || !shown || !sameSecret(shown, secret)) return text(403, 'Not allowed.');
    if (method !== 'POST') return text(405, 'Only POST works here.', { allow: 'POST' });
    try {
      return { ...text(200, ''), body: JSON.stringify({ url: await link(projectOf(body)) }) };
    } catch (error) {
      if (error instanceof AppError) return text(ERROR_STATUS[error.code], error.message);
      throw error;
    }
  };

  const signIn = (asked: Asked, url: URL, token: string): Reply => {
    url.searchParams.delete('token');
    const to = url.pathname + url.search;
    if (auth.knows(asked.headers.cookie)) return redirect(asked, to, {});
    if ((asked.headers['sec-fetch-dest'] ?? 'document') !== 'document')
      return text(403, 'A link is opened, not embedded.');
    const got = auth.redeem(token, asked.remote);
    if (got === null) return text(401, USED);
    if ('wait' in got)
      return text(429, 'Too many wrong links. Wait a little and try again.', {
        'retry-after': String(Math.ceil(got.wait / 1000)),
      });
    return redirect(asked, to, { 'set-cookie': auth.setCookie(got.session) });
  };

  return {
    async handle(asked) {
      const refused = wrongHost(asked);
      if (refused) return refused;
      // `//name/` would be read as another host's address
      if (!/^\/(?![/\\])/.test(asked.target)) return text(400, 'This address is not a valid path.');
      const url = parse(asked.target);
      if (!url) return text(400, 'This address is not a valid path.');
      if (url.pathname === '/health') return text(200, 'ok');
      if (url.pathname === '/control/link') return control(asked);
      if (isForeign(asked)) return text(403, 'Another site may not use Assay.');
      if (asked.method !== 'GET' && asked.method !== 'HEAD') {
        if (!isOwnOrigin(asked)) return text(403, 'Another site may not use Assay.');
        return text(405, 'Only GET works here.', { allow: 'GET, HEAD' });
      }
      const token = url.searchParams.get('token');
      if (token !== null && asked.method === 'GET' && !isServedPath(url.pathname)) return signIn(asked, url, token);
      if (!auth.knows(asked.headers.cookie)) return text(401, CLOSED);
      return isServedPath(url.pathname) ? raw(asked, url, services, log) : page(asked, url.pathname);
    },

    refuseSocket(asked) {
      const refused = wrongHost(asked);
      if (refused) return refused;
      if (asked.target.split('?')[0] !== '/ws') return text(404, 'There is no socket here.');
      if (!isOwnOrigin(asked)) return text(403, 'Another site may not use Assay.');
      return auth.knows(asked.headers.cookie) ? null : text(401, CLOSED);
    },
  };
}

const CLOSED =
  'This browser is not let in yet. Open the link that Assay printed when it started, or get a fresh one: run "assay serve" again.';
const USED =
  'This link has been used or is too old: each works once. Get a fresh one: run "assay serve" again; it prints one for the server that runs already.';

function parse(target: string): URL | null {
  try {
    return new URL(target, 'http://assay.invalid');
  } catch {
    return null;
  }
}

/**
 * A strict cookie is not sent along a redirect that another site's link began, so from there the way on is a page that goes on by
 * itself, which makes the next request our own.
 */
function redirect({ headers }: Asked, to: string, extra: Readonly<Record<string, string>>): Reply {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin')
    return text(303, 'Go on.', { location: to, ...extra });
  const target = to.replace(/[&"'<>]/g, (c) => `&#${c.charCodeAt(0)};`);
  const page = text(200, '', { 'content-type': 'text/html; charset=utf-8', ...extra });
  return { ...page, body: `<!doctype html><meta http-equiv="refresh" content="0;url=${target}"><title>Assay</title>` };
}

function projectOf(body: string | undefined): string | null {
  try {
    const { project } = JSON.parse(body ?? '') as { project?: unknown };
    return typeof project === 'string' ? project : null;
  } catch {
    return null;
  }
}
