import { Link } from '@tanstack/react-router';
import type { GateResult } from '../../../shared/contract/gates.ts';
import { diffSearch } from '../../lib/data-links.ts';
import { evidencePlace } from '../../lib/evidence-place.ts';
import classes from './gate-list.module.css';

type Evidence = GateResult['evidence'][number];

/** What a gate rests on; where it is a page of ours, a link to it. */
export function GateEvidence({ project, evidence }: { project: string; evidence: readonly Evidence[] }) {
  if (evidence.length === 0) return null;
  return (
    <dl className={classes.facts}>
      {evidence.map((one) => (
        <div key={`${one.label} ${one.text}`}>
          <dt>{one.label}</dt>
          <dd className={one.text.includes('\n') ? classes.output : undefined}>
            {one.text} <EvidenceLink project={project} evidence={one} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function EvidenceLink({ project, evidence: { ref } }: { project: string; evidence: Evidence }) {
  const place = evidencePlace(ref);
  if (place?.page === 'diff')
    return (
      <Link to="/p/$project/diff" params={{ project }} search={diffSearch(place.before, place.after)}>
        Open the data diff
      </Link>
    );
  if (place)
    return (
      <Link to="/p/$project/data" params={{ project }} search={{ path: place.path, rev: place.rev, tab: 'preview' }}>
        Open the data
      </Link>
    );
  if (ref.run)
    return (
      <Link
        to="/p/$project/runs/$run"
        params={{ project, run: ref.run }}
        search={ref.artifact ? { tab: 'artifacts', file: ref.artifact } : {}}
      >
        Open the run
      </Link>
    );
  return null;
}
