import { TagsInput, Text } from '@mantine/core';
import type { Dataset } from '../../../../shared/contract/datasets.ts';
import type { DatasetCommands } from '../use-dataset-commands.ts';
import classes from './detail.module.css';
import { EditableText } from './editable-text.tsx';

const FIELDS = [
  { key: 'source', label: 'Source', hint: 'Where it comes from: an address, a paper, a query' },
  { key: 'licence', label: 'Licence', hint: 'What may be done with it' },
  { key: 'owner', label: 'Owner', hint: 'Who answers questions about it' },
  { key: 'preprocessing', label: 'Preprocessing', hint: 'What was done to it, step by step', long: true },
  { key: 'intended_use', label: 'Intended use', hint: 'What it is good for, and what not', long: true },
] as const;

/** What a version says about itself, in DVC's own fields; a click edits in place. */
export function DocumentationTab({ dataset, commands }: { dataset: Dataset; commands: DatasetCommands }) {
  const { path, documentation, recordedIn, kind } = dataset;
  const { desc, type, labels, meta } = documentation;
  const known: readonly string[] = FIELDS.map((field) => field.key);
  const others = Object.keys(meta).filter((key) => !known.includes(key));
  const fixed = kind === 'lfs' || recordedIn.endsWith('dvc.lock');
  const setMeta = (key: string, value: string): Promise<boolean> =>
    commands.describe(path, { meta: { [key]: value.trim() === '' ? null : value } });
  return (
    <div className={classes.document}>
      <Text size="xs" c="dimmed">
        {fixed
          ? kind === 'lfs'
            ? 'Git LFS keeps nothing but the data, so there is no place for documentation.'
            : 'This is an output of dvc.yaml; describe it there.'
          : `Kept in ${recordedIn} and versioned with the data. Click a field to write.`}
      </Text>
      <EditableText
        label="Description"
        hint="What is in it, in a sentence or two"
        value={desc ?? ''}
        long
        fixed={fixed}
        onSave={(value) => commands.describe(path, { desc: value.trim() === '' ? null : value })}
      />
      <EditableText
        label="Type"
        hint="dataset, labels, embeddings …"
        value={type ?? ''}
        fixed={fixed}
        onSave={(value) => commands.describe(path, { type: value.trim() === '' ? null : value.trim() })}
      />
      <div className={classes.field}>
        <label htmlFor="dataset-labels">Labels</label>
        <TagsInput
          id="dataset-labels"
          size="xs"
          className={classes.edit}
          classNames={{ input: classes.quiet }}
          placeholder={labels.length === 0 ? 'raw, pii, 2026 …' : undefined}
          disabled={fixed}
          value={labels}
          onChange={(next) => void commands.describe(path, { labels: next })}
        />
      </div>
      {FIELDS.map((field) => (
        <EditableText
          key={field.key}
          label={field.label}
          hint={field.hint}
          long={'long' in field}
          value={meta[field.key] ?? ''}
          fixed={fixed}
          onSave={(value) => setMeta(field.key, value)}
        />
      ))}
      {others.map((key) => (
        <EditableText
          key={key}
          label={key}
          hint="Empty removes it"
          value={meta[key] ?? ''}
          fixed={fixed}
          onSave={(value) => setMeta(key, value)}
        />
      ))}
    </div>
  );
}
