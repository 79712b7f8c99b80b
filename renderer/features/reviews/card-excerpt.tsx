import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../lib/client.ts';
import { MarkdownText } from '../../ui/markdown.tsx';
import { Chip } from '../../ui/models/marks.tsx';
import { Nothing, Section } from '../../ui/section.tsx';
import classes from './review-page.module.css';

/** What stands in a part of the card until somebody writes it. */
const UNWRITTEN = /^$|^[_*]Not written yet/;

/** What people wrote on the card: use, limits, risks. The generated parts are on this page already. */
export function CardExcerpt({ on }: { on: { project: string; name: string; version: string } }) {
  const card = useQuery(api.models.card.queryOptions({ input: on })).data;
  if (!card) return null;
  const written = card.sections.filter((section) => !section.generated && !UNWRITTEN.test(section.markdown.trim()));
  return (
    <Section
      title="Card"
      detail={card.stale.length > 0 ? <Chip tone="warn">stale</Chip> : undefined}
      tools={
        <Link to="/p/$project/models/$name/$version" params={on} search={{ tab: 'card' }} className={classes.small}>
          The whole card
        </Link>
      }
    >
      {written.length === 0 ? (
        <Nothing>Nobody has written on its card what it is for and what its limits are.</Nothing>
      ) : (
        <div className={classes.card}>
          {written.map((section) => (
            <div key={section.title}>
              <h3>{section.title}</h3>
              <MarkdownText>{section.markdown}</MarkdownText>
            </div>
          ))}
        </div>
      )}
    </Section>
  );
}
