import type { Proposal } from '../../../shared/contract/models.ts';
import { formatBytes, plural } from '../../lib/format.ts';
import { Notice } from '../notice.tsx';
import { kindFacts, signatureWords } from './kind-words.ts';
import classes from './register.module.css';

const MOST_FILES = 5;

/** What was found in the files, before anything is written: kind, size, signature, warnings, gaps. */
export function RegisterProposal({ proposal }: { proposal: Proposal }) {
  const { kind, files, bytes, signature, gaps } = proposal;
  const shown = files.slice(0, MOST_FILES).map((file) => file.path);
  const more = files.length - shown.length;
  return (
    <div className={classes.found}>
      <dl className={classes.facts}>
        <dt>Found</dt>
        <dd>
          <b>{kind.title}</b> <span>{kindFacts(kind).join(' · ')}</span>
        </dd>
        <dt>Files</dt>
        <dd>
          {plural(files.length, 'file')}, {formatBytes(bytes)}{' '}
          <span>
            {shown.join(', ')}
            {more > 0 ? ` and ${more} more` : ''}
          </span>
        </dd>
        <dt>Signature</dt>
        <dd>{signature ? signatureWords(signature) : <span>not found; it can be told by an example input</span>}</dd>
      </dl>
      {kind.warnings.length > 0 ? <Notice>{kind.warnings.join('\n')}</Notice> : null}
      {gaps.length > 0 ? <Notice tone="info">{gaps.join('\n')}</Notice> : null}
    </div>
  );
}
