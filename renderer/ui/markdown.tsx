import { IconPhotoOff } from '@tabler/icons-react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import classes from './markdown.module.css';

/** Where a link may lead: outwards by https, http or mail, or within the text. Anything else is shown as its words. */
const MAY_LEAD = /^(https?:\/\/|mailto:|#)/i;

const COMPONENTS: Components = {
  a: ({ href, children }) =>
    href && MAY_LEAD.test(href) ? (
      <a href={href} target={href.startsWith('#') ? undefined : '_blank'} rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  // A picture would tell a stranger's server who reads this, and when; its words are enough here.
  img: ({ alt, src }) => (
    <span className={classes.image} title={typeof src === 'string' ? src : undefined}>
      <IconPhotoOff size={13} aria-hidden /> {alt || 'picture'}
    </span>
  ),
  input: ({ checked, type }) => (type === 'checkbox' ? <span>{checked ? '☑' : '☐'}</span> : null),
  table: ({ children }) => (
    <div className={classes.table}>
      <table>{children}</table>
    </div>
  ),
};

/**
 * Markdown with tables, as GitHub writes it, from people and repositories that are not trusted: HTML in it is shown as text, no picture is
 * loaded, links open apart without telling from where.
 */
export function MarkdownText({ children }: { children: string }) {
  return (
    <div className={classes.text}>
      <Markdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
        {children}
      </Markdown>
    </div>
  );
}
