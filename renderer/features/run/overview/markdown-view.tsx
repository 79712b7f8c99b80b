import { createElement } from 'react';
import { openExternal } from '../../../lib/platform.ts';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';
import classes from './overview.module.css';

/** A note as its author meant it. Everything becomes elements of ours; nothing in a note is taken as HTML. */
export function MarkdownView({ text }: { text: string }) {
  return (
    <>
      {parseMarkdown(text).map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a text have no other identity
        <BlockView key={at} block={block} />
      ))}
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  if (block.kind === 'rule') return <hr />;
  if (block.kind === 'code')
    return (
      <pre>
        <code>{block.text}</code>
      </pre>
    );
  if (block.kind === 'list')
    return createElement(
      block.ordered ? 'ol' : 'ul',
      null,
      block.items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of a text have no other identity
        <li key={at}>
          <Line content={item} />
        </li>
      )),
    );
  if (block.kind === 'heading')
    return createElement(`h${Math.min(4, block.level + 1)}`, null, <Line content={block.content} />);
  return createElement(
    block.kind === 'quote' ? 'blockquote' : 'p',
    { style: { whiteSpace: 'pre-line' } },
    <Line content={block.content} />,
  );
}

function Line({ content }: { content: readonly Inline[] }) {
  return content.map((part, at) => {
    const key = `${at}`;
    if (part.kind === 'link')
      return (
        <a
          key={key}
          className={classes.link}
          href={part.url}
          onClick={(event) => {
            event.preventDefault();
            openExternal(part.url);
          }}
        >
          {part.text}
        </a>
      );
    if (part.kind === 'code') return <code key={key}>{part.text}</code>;
    if (part.kind === 'bold') return <strong key={key}>{part.text}</strong>;
    if (part.kind === 'italic') return <em key={key}>{part.text}</em>;
    if (part.kind === 'strike') return <s key={key}>{part.text}</s>;
    return part.text;
  });
}
