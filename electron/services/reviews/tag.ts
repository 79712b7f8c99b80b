import type { Finding } from '../../../shared/contract/models.ts';
import type { GitService } from '../git/service.ts';
import { GTO_TAGS, tagStates } from '../models/gto.ts';
import { pointerTag, versionTag } from '../models/layout.ts';
import { APPROVED } from '../models/names.ts';
import type { Standing } from './derive.ts';

type Tags = Awaited<ReturnType<GitService['tags']>>;

const pointerTags = (tags: Tags, name: string): Tags => tags.filter((tag) => tag.name.startsWith(`${name}#`));
/** Of the stage `approved`, on a commit. */
const approvals = (tags: Tags, name: string, commit: string): Tags =>
  pointerTags(tags, name).filter((tag) => tag.commit === commit && /^[^#]+#approved(#\d+)?$/.test(tag.name));

/**
 * Makes the annotated tag `name#approved#N` on the commit of the version's own tag, as `gto assign` does, unless it is there. The message says who
 * approved what. Does nothing outside of git, or when the version has no tag.
 */
export async function tagApproval(
  git: Pick<GitService, 'tags' | 'annotatedTags' | 'annotate'>,
  root: string,
  name: string,
  version: string,
  { request, decisions }: Standing,
): Promise<void> {
  const tags = await git.tags(root);
  const own = tags.find((tag) => tag.name === versionTag(name, version));
  if (!own || !request || approvals(tags, name, own.commit).length > 0) return;
  const lines = decisions
    .filter(({ decision }) => decision === 'approve')
    .map(
      ({ by, override }) =>
        `Approved-by: ${by.name} <${by.email}>${override === null ? '' : ' (overriding failed gates)'}`,
    );
  const known = tagStates((await git.annotatedTags(root, GTO_TAGS))?.annotated ?? []).get(name);
  await git.annotate(root, {
    name: pointerTag(name, APPROVED, (known?.count ?? 0) + 1),
    commit: own.commit,
    // GTO goes by time, whatever the clocks of two machines say
    notBefore: known ? known.lastAt + 1000 : 0,
    message: [
      `Assigning stage ${APPROVED} to artifact ${name} version v${version}`,
      '',
      ...lines,
      `Definition: sha256:${request.definition}`,
      ...(request.evaluation ? [`Evaluation: sha256:${request.evaluation}`] : []),
    ].join('\n'),
  });
}

/** Where the tags and the audit log disagree about an approval. The log is what counts. */
export async function checkTag(
  git: Pick<GitService, 'tags'>,
  root: string,
  name: string,
  version: string,
  state: Standing['state'],
): Promise<Finding[]> {
  const tags = await git.tags(root);
  const own = tags.find((tag) => tag.name === versionTag(name, version));
  if (!own) return [];
  const [tag] = approvals(tags, name, own.commit);
  if (tag && state !== 'approved')
    return [
      {
        severity: 'error',
        kind: 'tag',
        where: tag.name,
        message: `This tag says that ${version} is approved, but the audit log does not. It was made or moved by hand; remove it with "git tag -d '${tag.name}'".`,
      },
    ];
  if (!tag && state === 'approved')
    return [
      {
        severity: 'error',
        kind: 'tag',
        where: own.name,
        message: `${version} is approved, but the commit of ${own.name} has no tag of the stage "${APPROVED}": it was removed, moved by hand, or not fetched ("git fetch --tags"). Approving again makes it anew.`,
      },
    ];
  return [];
}
