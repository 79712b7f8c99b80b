import { Button, Group } from '@mantine/core';
import type { ColumnProfile } from '../../../../shared/contract/tables.ts';
import { formatCount } from '../../../lib/format.ts';
import { profileFacts } from './profile-words.ts';
import { Sparkline } from './sparkline.tsx';
import classes from './table.module.css';
import { quotedName, quotedText, typeMark } from './types-in-words.ts';

type Props = {
  name: string;
  type: string;
  profile: ColumnProfile | undefined;
  /** Adds a part to the condition. */
  onFilter: (part: string) => void;
};

/** All that is known of a column, with ways to filter by it. */
export function ColumnCard({ name, type, profile, onFilter }: Props) {
  const own = quotedName(name);
  return (
    <div className={classes.card}>
      <div className={classes.cardTitle}>
        <strong>{name}</strong>
        <span className={classes.muted}>
          {typeMark(type).word} ({type})
        </span>
      </div>
      {profile ? (
        <>
          <div className={classes.cardChart}>
            <Sparkline spread={profile.spread} />
          </div>
          {profile.spread?.kind === 'text' ? <div className={classes.muted}>by length in characters</div> : null}
          <dl className={classes.facts}>
            {profileFacts(profile).map(([fact, value]) => (
              <div key={fact}>
                <dt>{fact}</dt>
                <dd title={value}>{value}</dd>
              </div>
            ))}
          </dl>
          {profile.spread?.kind === 'category' ? (
            <ul className={classes.values} aria-label="Most frequent values">
              {profile.spread.values.map((value, i) => (
                <li key={value}>
                  <button
                    type="button"
                    onClick={() => onFilter(`${own} = ${quotedText(value)}`)}
                    title={`Only ${value}`}
                  >
                    <span>{value === '' ? <i>empty text</i> : value}</span>
                    <span className={classes.muted}>
                      {formatCount((profile.spread as { counts: number[] }).counts[i]!)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
          {profile.nulls > 0 ? (
            <Group gap={6} mt="xs">
              <Button size="compact-xs" variant="default" onClick={() => onFilter(`${own} IS NULL`)}>
                Only null
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => onFilter(`${own} IS NOT NULL`)}>
                Without null
              </Button>
            </Group>
          ) : null}
        </>
      ) : (
        <div className={classes.muted}>Its values are being counted …</div>
      )}
    </div>
  );
}
