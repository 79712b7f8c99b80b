import { Link } from '@tanstack/react-router';
import type { GateResult } from '../../../shared/contract/gates.ts';
import { parseSide } from '../../../shared/data-side.ts';
import { diffSearch, sideOfUse } from '../../lib/data-links.ts';
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
  const sides = sidesOf(ref);
  if (sides)
    return (
      <Link to="/p/$project/diff" params={{ project }} search={diffSearch(...sides)}>
        Open the data diff
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

/** Both sides of a data diff that a gate names: as sides of an address, or as a path with two versions. */
function sidesOf(ref: Evidence['ref']) {
  const written = [parseSide(ref.before), parseSide(ref.after)] as const;
  if (written[0] && written[1]) return [written[0], written[1]] as const;
  const { path, from, to } = ref;
  if (!path || !from || !to) return null;
  const sides = [from, to].map(
    (hash) =>
      sideOfUse({ path, hash, role: null, size: null, version: null }) ?? { kind: 'version' as const, path, rev: hash },
  );
  return [sides[0]!, sides[1]!] as const;
}
