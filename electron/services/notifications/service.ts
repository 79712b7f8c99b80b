import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Channel, Delivery, NotifyEvent } from '../../../shared/contract/notifications.ts';
import type { SecretPlace } from '../../../shared/contract/targets.ts';
import { AppError, messageOf } from '../../../shared/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Events } from '../events.ts';
import type { ProjectsService } from '../projects/service.ts';
import { channelSecret } from '../secrets/names.ts';
import type { Web } from '../web/client.ts';
import { type ChannelAddress, checkAddress, packAddress, unpackAddress } from './address.ts';
import type { DeclaredChannel } from './declared.ts';
import { EXAMPLES } from './examples.ts';
import { Happening, noticeOf } from './notice.ts';
import { createOutbox } from './outbox.ts';
import { listQueued, putQueued, type Queued, readQueued } from './queue.ts';
import { type About, renderBody } from './render.ts';
import { sendMessage } from './send.ts';
import { createTimetable } from './timetable.ts';

/** How long a command of the terminal waits for its messages before it leaves them to the next process. */
const TERMINAL_WAIT_MS = 15_000;
const EVENTS: readonly NotifyEvent[] = ['request', 'decision', 'push', 'gate-failed'];

type Place = z.infer<typeof SecretPlace>;
type Secret = { readonly user: string | null; readonly secret: string };

export type NotificationDeps = {
  projects: Pick<ProjectsService, 'get' | 'all' | 'definition' | 'describe'>;
  secrets: {
    get(name: string): Promise<Secret | null>;
    where(name: string): Promise<Place>;
    set(name: string, secret: Secret | null): Promise<Place>;
  };
  web: Web;
  events: Events;
  log: Log;
  clock: Clock;
  /** a terminal sends at once and leaves what could not be sent to the next process */
  terminal: boolean;
};

export type NotificationsService = ReturnType<typeof createNotifications>;

/** Messages about models to Slack, Teams and webhooks, as `notify:` of `assay.yaml` wants them. */
export function createNotifications(deps: NotificationDeps) {
  const { projects, secrets, web, events, log, clock, terminal } = deps;
  const stop = new AbortController();

  const declared = (project: string): Readonly<Record<string, DeclaredChannel>> =>
    projects.definition(project)?.notify ?? {};
  const channelOf = (project: string, name: string): DeclaredChannel => {
    const all = declared(project);
    const channel = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!channel)
      throw new AppError('NOT_FOUND', `assay.yaml has no channel "${name}" under notify. Check the name, or add it.`);
    return channel;
  };
  const addressOf = async (project: string, name: string, { type }: DeclaredChannel): Promise<ChannelAddress> => {
    const kept = await secrets.get(channelSecret(project, name));
    if (!kept)
      throw new AppError(
        'UNAUTHORIZED',
        `The channel "${name}" has no address on this machine. Give it with "assay notify login ${name}", then retry.`,
      );
    return unpackAddress(kept.secret, name, type);
  };
  const about = (project: string): About => ({ id: project, name: projects.describe(project).name });
  const changed = (project: string, id: string): void => events.changed('notifications', project, [id]);

  const outbox = createOutbox({
    clock,
    onChange: changed,
    async send(project, item, signal) {
      try {
        const channel = channelOf(project, item.channel);
        const address = await addressOf(project, item.channel, channel);
        const { id, channel: name, what, at } = item;
        return await sendMessage(
          web,
          { id, name, channel, address, what, project: about(project), at, now: clock.now() },
          signal,
        );
      } catch (error) {
        if (signal.aborted || !(error instanceof AppError)) throw error;
        // nothing of this passes by itself: the channel is gone, or has no address
        return { kind: 'never', error: error.message, afterMs: null };
      }
    },
  });

  const flush = (project: string, signal = stop.signal): Promise<void> =>
    outbox.flush(project, projects.get(project).root, signal).catch((error: unknown) => {
      log.warn('messages could not be sent', { error: messageOf(error) });
    });
  const timetable = terminal
    ? null
    : createTimetable({
        clock,
        due: () => projects.all().map(({ id, root }) => ({ id, at: outbox.nextDue(root) })),
        onDue: (project) => void flush(project),
      });

  const get = (project: string, id: string): { root: string; item: Queued } => {
    const { root } = projects.get(project);
    const item = readQueued(root, id);
    if (!item) throw new AppError('NOT_FOUND', 'There is no such message (any more). Look at the list again.');
    return { root, item };
  };

  return {
    /**
     * Tells the channels that want to know. Never throws and never breaks what it tells about: what goes wrong is in the log and in the list of
     * deliveries. In a terminal it resolves when the messages are sent or a first attempt failed; elsewhere when they are written down.
     */
    async notify(project: string, happening: z.input<typeof Happening>): Promise<void> {
      try {
        const what = Happening.parse(happening);
        const { root } = projects.get(project);
        const wanted = Object.entries(declared(project)).filter(([, { on = EVENTS }]) => on.includes(what.event));
        if (wanted.length === 0) return;
        const at = clock.now();
        const { title } = noticeOf(what, about(project).name);
        for (const [channel] of wanted) {
          const id = newId(at);
          putQueued(root, {
            id,
            channel,
            what,
            title,
            at,
            since: at,
            state: 'waiting',
            attempts: 0,
            nextAt: at,
            error: null,
          });
          changed(project, id);
        }
        const sent = flush(
          project,
          terminal ? AbortSignal.any([stop.signal, AbortSignal.timeout(TERMINAL_WAIT_MS)]) : stop.signal,
        );
        if (terminal) await sent;
        else void sent.then(() => timetable?.look());
      } catch (error) {
        log.warn('nobody could be notified', { error: messageOf(error) });
      }
    },

    async channels(project: string): Promise<{ channels: Channel[]; problem: string | null }> {
      let all: Readonly<Record<string, DeclaredChannel>>;
      try {
        all = declared(project);
      } catch (error) {
        return { channels: [], problem: messageOf(error) };
      }
      const channels = Object.entries(all).map(async ([name, channel]): Promise<Channel> => {
        const problem = await addressOf(project, name, channel).then(() => null, messageOf);
        const secret = await secrets.where(channelSecret(project, name));
        return { name, type: channel.type, on: [...(channel.on ?? EVENTS)], secret, problem };
      });
      return { channels: await Promise.all(channels), problem: null };
    },

    /** @throws AppError NOT_FOUND */
    preview(project: string, name: string, event: NotifyEvent): string {
      const body = renderBody(channelOf(project, name), EXAMPLES[event], about(project), clock.now());
      return JSON.stringify(body, null, 2);
    },

    /** Sends an example now. @throws AppError NOT_FOUND, UNAUTHORIZED without an address, BAD_REQUEST */
    async test(project: string, name: string, signal = stop.signal): Promise<{ ok: boolean; message: string }> {
      const channel = channelOf(project, name);
      const address = await addressOf(project, name, channel);
      const now = clock.now();
      const outcome = await sendMessage(
        web,
        { id: newId(now), name, channel, address, what: EXAMPLES.request, project: about(project), at: now, now },
        signal,
      );
      return outcome.kind === 'sent'
        ? { ok: true, message: `"${name}" took an example. Look whether it arrived.` }
        : { ok: false, message: outcome.error };
    },

    /** Keeps a channel's address, or forgets it. @throws AppError NOT_FOUND, BAD_REQUEST for what is no address */
    async setAddress(project: string, name: string, address: ChannelAddress | null): Promise<Place> {
      const { type } = channelOf(project, name);
      if (address) checkAddress(address, name, type);
      const kept = await secrets.set(
        channelSecret(project, name),
        address && { user: null, secret: packAddress(address) },
      );
      events.changed('notifications', project);
      return kept;
    },

    /** Newest first. */
    deliveries: (project: string): Delivery[] =>
      listQueued(projects.get(project).root)
        .slice(0, 200)
        .map(({ what, since: _since, ...item }) => ({ ...item, event: what.event })),

    /** Makes a message that failed, or waits, due now. @throws AppError NOT_FOUND, CONFLICT when it was sent */
    async retry(project: string, id: string): Promise<void> {
      const { root, item } = get(project, id);
      if (item.state === 'sent') throw new AppError('CONFLICT', 'This message was sent already.');
      const now = clock.now();
      putQueued(root, { ...item, state: 'waiting', nextAt: now, since: now });
      changed(project, id);
      const sent = flush(project);
      if (terminal) await sent;
      else void sent.then(() => timetable?.look());
    },

    /** Sends what is due in a project. */
    flush,

    async dispose(): Promise<void> {
      stop.abort();
      timetable?.dispose();
      await outbox.settled();
      web.close();
    },
  };
}

/** Time and chance, so that names of files sort by time. */
const newId = (at: number): string => at.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
