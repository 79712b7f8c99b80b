import { Text, UnstyledButton } from '@mantine/core';
import classes from './runs-toolbar.module.css';

const EXAMPLES: readonly { filter: string; meaning: string }[] = [
  { filter: 'resnet', meaning: 'in name, experiment, tags, note, command or id' },
  { filter: 'status:running', meaning: 'or finished, failed, stopped, lost, queued' },
  { filter: 'metric.val/acc>0.9', meaning: 'last value; .min and .max behind the key' },
  { filter: 'metric.loss=nan', meaning: 'runs whose loss ended as not-a-number' },
  { filter: 'param.lr<=0.01', meaning: 'also = and !=, and : for "contains"' },
  { filter: 'tag.stage=prod', meaning: 'a tag and its value' },
  { filter: 'has:metric.val/acc', meaning: 'or has:param.KEY, has:tag.KEY, has:note' },
  { filter: 'duration>2h', meaning: 'also 90s, 5m, 1d' },
  { filter: 'created>-7d', meaning: 'the last seven days, or 2026-01-31' },
  { filter: 'is:dirty', meaning: 'or is:clean, is:starred, is:active' },
  { filter: 'branch:main', meaning: 'also commit, experiment, group, host, command, note' },
  { filter: '-status:failed', meaning: 'a minus, or NOT, turns a term round' },
  { filter: '(lr OR momentum)', meaning: 'terms side by side must all hold; OR and brackets' },
];

/** The filter language by example; a click takes one over. */
export function FilterHelp({ onTry }: { onTry: (example: string) => void }) {
  return (
    <div>
      <Text size="sm" fw={600} mb={6}>
        What can be filtered
      </Text>
      {EXAMPLES.map(({ filter, meaning }) => (
        <UnstyledButton key={filter} className={classes.example} onClick={() => onTry(filter)}>
          <code>{filter}</code>
          <span>{meaning}</span>
        </UnstyledButton>
      ))}
      <Text size="xs" c="dimmed" mt={6}>
        A key with blanks or signs in it goes in quotes: metric."a b"&lt;1
      </Text>
    </div>
  );
}
