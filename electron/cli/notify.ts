import type { Command } from 'commander';
import pc from 'picocolors';
import { NotifyEvent } from '../../shared/contract/notifications.ts';
import { AppError } from '../../shared/errors.ts';
import { createOutput, type Output, printable, printableLines, table } from './output.ts';
import { secretLines } from './secret-input.ts';
import { type Session, withSession } from './session.ts';

type Json = { json?: boolean };

/** `assay notify …`: the channels of `assay.yaml: notify`, their addresses and their queue. */
export function notifyCommand(program: Command, done: (code: number) => void): void {
  const notify = program.command('notify').description('messages about models to Slack, Teams and webhooks');

  const inSession = (options: Json, work: (session: Session, output: Output) => Promise<void> | void): Promise<void> =>
    withSession(program, (session) => work(session, createOutput(options.json ?? false)));

  notify
    .command('list')
    .description('the channels of assay.yaml and whether they can be used')
    .option('--json', 'print one JSON value')
    .action((options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        const found = await services.notifications.channels(project.id);
        if (found.problem) throw new AppError('BAD_REQUEST', found.problem);
        output.result(found, () =>
          found.channels.length === 0
            ? 'assay.yaml names no channels under notify.'
            : table(
                ['channel', 'type', 'on', 'address', ''],
                found.channels.map(({ name, type, on, secret, problem }) => [
                  name,
                  type,
                  on.join(', '),
                  secret,
                  printable(problem ?? ''),
                ]),
              ),
        );
      }),
    );

  notify
    .command('preview')
    .description('the body of a message, as an example of this event would be sent')
    .argument('<channel>')
    .option('--event <event>', NotifyEvent.options.join(', '), eventOf, 'request')
    .option('--json', 'print one JSON value')
    .action((channel: string, { event, ...options }: Json & { event: NotifyEvent }) =>
      inSession(options, ({ services, project }, output) => {
        const body = services.notifications.preview(project.id, channel, event);
        output.result(JSON.parse(body), () => printableLines(body));
      }),
    );

  notify
    .command('test')
    .description('send an example to a channel (exit code 1 when it does not take it)')
    .argument('<channel>')
    .option('--json', 'print one JSON value')
    .action((channel: string, options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        const result = await services.notifications.test(project.id, channel);
        if (!result.ok) done(1);
        output.result(result, () => printable(result.message));
      }),
    );

  notify
    .command('login')
    .description('keep the address of a channel, read from standard input, outside the project')
    .argument('<channel>')
    .option('--key', 'read a second line: the key with which a webhook is signed')
    .option('--forget', 'forget the address')
    .option('--json', 'print one JSON value')
    .action((channel: string, { key, forget, ...options }: Json & { key?: boolean; forget?: boolean }) =>
      inSession(options, async ({ services, project }, output) => {
        const prompts = ['Address of the webhook', ...(key ? ['Key to sign with'] : [])];
        const [url, signWith = null] = forget ? [] : await secretLines(...prompts);
        const address = url === undefined ? null : { url, key: signWith };
        const kept = await services.notifications.setAddress(project.id, channel, address);
        output.result({ channel, kept }, () =>
          forget
            ? kept === 'none'
              ? `Forgot the address of "${channel}".`
              : `Forgot it, but the environment still has an address of "${channel}".`
            : `Kept the address of "${channel}" in the ${kept}. Try it with: assay notify test ${channel}`,
        );
      }),
    );

  notify
    .command('queue')
    .description('messages that were sent, wait or failed, newest first')
    .option('--json', 'print one JSON value')
    .action((options: Json) =>
      inSession(options, ({ services, project }, output) => {
        const deliveries = services.notifications.deliveries(project.id);
        output.result({ deliveries }, () =>
          deliveries.length === 0
            ? 'No messages yet.'
            : table(
                ['id', 'channel', 'state', 'tries', 'message', 'why'],
                deliveries.map(({ id, channel, state, attempts, title, error }) => [
                  id,
                  channel,
                  state === 'failed' ? pc.red(state) : state,
                  String(attempts),
                  printable(title),
                  printable(error ?? ''),
                ]),
              ),
        );
      }),
    );

  notify
    .command('retry')
    .description('send a message of the queue now; without an id all that wait or failed')
    .argument('[id]')
    .option('--json', 'print one JSON value')
    .action((id: string | undefined, options: Json) =>
      inSession(options, async ({ services, project }, output) => {
        const open = services.notifications.deliveries(project.id).filter(({ state }) => state !== 'sent');
        const ids = id === undefined ? open.map((delivery) => delivery.id) : [id];
        for (const one of ids) await services.notifications.retry(project.id, one);
        const after = services.notifications.deliveries(project.id).filter((delivery) => ids.includes(delivery.id));
        if (after.some(({ state }) => state !== 'sent')) done(1);
        output.result({ deliveries: after }, () =>
          after.length === 0
            ? 'Nothing waits.'
            : after
                .map(({ title, state, error }) => printable(`${state}: ${title}${error ? ` (${error})` : ''}`))
                .join('\n'),
        );
      }),
    );
}

function eventOf(text: string): NotifyEvent {
  const parsed = NotifyEvent.safeParse(text);
  if (!parsed.success)
    throw new AppError('BAD_REQUEST', `--event takes ${NotifyEvent.options.join(', ')}, not "${text}".`);
  return parsed.data;
}
