import type { DeclaredChannel } from './declared.ts';
import { type Happening, noticeOf } from './notice.ts';
import { slackBody } from './slack.ts';
import { teamsBody } from './teams.ts';
import { webhookBody } from './webhook.ts';

/** A project as messages name it. */
export type About = { readonly id: string; readonly name: string };

/** The body of a message, in the channel's own form. Its size is bounded (Teams takes about 28 KB). */
export function renderBody(channel: DeclaredChannel, what: Happening, project: About, at: number): object {
  const notice = noticeOf(what, project.name);
  const link = linkOf(channel, what, project);
  if (channel.type === 'slack') return slackBody(notice, link);
  if (channel.type === 'teams') return teamsBody(notice, link);
  return webhookBody(notice, link, what, at);
}

function linkOf({ link }: DeclaredChannel, what: Happening, project: About): string | null {
  if (link === undefined) return null;
  const path = ['p', project.id, 'models', what.model, what.version].map(encodeURIComponent).join('/');
  return `${link.replace(/\/+$/, '')}/${path}${what.event === 'request' ? '/review' : ''}`;
}
