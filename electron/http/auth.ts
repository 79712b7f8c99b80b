import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import { readJson, writeFileAtomic } from '../platform/files.ts';

const MAX_LINKS = 20;
const MAX_SESSIONS = 50;
const SESSION_MS = 30 * 24 * 3600_000;
const FREE_FAILURES = 5;
const MAX_WAIT_MS = 60_000;

const Saved = z.object({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  sessions: z.array(z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), until: z.number() })),
});

export type Auth = ReturnType<typeof createAuth>;

/**
 * Who may talk to the server. A link holds a token of 256 random bits that works once; it becomes a session of 256 other random bits in
 * a cookie. Sessions last 30 days and survive a restart: `sessions.json` (0600) in the data folder keeps their SHA-256, never themselves.
 */
export function createAuth(folder: string, clock: Clock) {
  const file = join(folder, 'sessions.json');
  const load = (): z.infer<typeof Saved> | null => Saved.safeParse(readJson(file)).data ?? null;
  const save = (): void => writeFileAtomic(file, JSON.stringify(saved), 0o600);
  const before = load();
  let saved = before ?? { id: randomBytes(4).toString('hex'), sessions: [] };
  if (!before) save();
  const cookie = `assay-${saved.id}`;
  const isKnown = (hash: Buffer): boolean => {
    let known = false;
    for (const one of saved.sessions) {
      if (timingSafeEqual(Buffer.from(one.hash, 'hex'), hash) && one.until > clock.now()) known = true;
    }
    return known;
  };
  const links: Buffer[] = [];
  const failures = new Map<string, { count: number; until: number }>();

  return {
    /** The cookie's name: cookies do not know ports, so two servers of this machine need two names. */
    cookie,

    /** A new token for a link. The oldest unused one is forgotten after 20. */
    link(): string {
      const token = randomBytes(32).toString('base64url');
      links.push(sha256(token));
      if (links.length > MAX_LINKS) links.shift();
      return token;
    },

    /**
     * Uses a link's token up.
     * @returns a session for the cookie; `wait` in ms when there were too many wrong ones from there; null when it is not a good token
     */
    redeem(token: string, remote: string): { session: string } | { wait: number } | null {
      const now = clock.now();
      const failed = failures.get(remote);
      if (failed && failed.until > now) return { wait: failed.until - now };
      const hash = sha256(token);
      let found = -1;
      // every link is compared, so that the time does not tell which one was close
      for (const [i, link] of links.entries()) if (timingSafeEqual(link, hash)) found = i;
      if (found === -1) {
        const count = (failed?.count ?? 0) + 1;
        const wait = count < FREE_FAILURES ? 0 : Math.min(500 * 2 ** (count - FREE_FAILURES), MAX_WAIT_MS);
        if (failures.size > 1000) failures.clear();
        failures.set(remote, { count, until: now + wait });
        return null;
      }
      links.splice(found, 1);
      failures.delete(remote);
      const session = randomBytes(32).toString('base64url');
      const sessions = (load() ?? saved).sessions.filter((one) => one.until > now).slice(-(MAX_SESSIONS - 1));
      saved = {
        ...saved,
        sessions: [...sessions, { hash: sha256(session).toString('hex'), until: now + SESSION_MS }],
      };
      save();
      return { session };
    },

    /** True when a `Cookie` header holds a session that is known and not too old. */
    knows(header: string | undefined): boolean {
      const value = readCookie(header, cookie);
      if (!value) return false;
      const hash = sha256(value);
      if (isKnown(hash)) return true;
      // another server on the same data folder may have let this browser in
      saved = { ...saved, sessions: load()?.sessions ?? saved.sessions };
      return isKnown(hash);
    },

    /** The `Set-Cookie` for a session. */
    setCookie: (session: string): string =>
      `${cookie}=${session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(SESSION_MS / 1000)}`,
  };
}

/** True when two secrets are the same, in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
