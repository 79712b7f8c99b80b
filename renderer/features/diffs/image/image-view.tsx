import type { ImageDiff } from '../../../../shared/contract/diffs.ts';
import { diffAddress } from '../../../../shared/served-address.ts';
import { formatBytes, formatCount, formatNumber } from '../../../lib/format.ts';
import { pictureAddress } from '../media-address.ts';
import { MetadataTable } from '../metadata-table.tsx';
import { VerdictBand } from '../verdict-band.tsx';
import type { ViewProps } from '../view-props.ts';
import classes from './image.module.css';
import { ImageCompare } from './image-compare.tsx';

/** Two pictures compared: over each other, beside each other, or by where they differ. */
export function ImageView({ place, opened, diff }: ViewProps<ImageDiff>) {
  const { project } = place;
  const { id } = opened;
  return (
    <>
      <VerdictBand opened={opened} diff={diff}>
        <PixelFacts diff={diff} />
      </VerdictBand>
      <div className={classes.view}>
        <ImageCompare
          before={diff.before ? pictureAddress(project, id, 'before', '', opened.before.name) : null}
          after={diff.after ? pictureAddress(project, id, 'after', '', opened.after.name) : null}
          heat={diff.pixels ? diffAddress({ project, diff: id, which: 'heat', path: '' }) : null}
          mode={place.search.tab}
          onMode={(tab) => place.show({ tab })}
        />
        <div className={classes.facts}>
          <ImageFacts diff={diff} />
        </div>
      </div>
    </>
  );
}

/** How many pixels differ and by how much, in a line. */
export function PixelFacts({ diff }: { diff: ImageDiff }) {
  const { pixels, distance } = diff;
  const facts = [
    pixels && pixels.changed > 0
      ? `differing by ${formatNumber(pixels.meanDelta, 3)} of 255 on average, ${formatNumber(pixels.maxDelta, 3)} at most`
      : '',
    distance === null ? '' : `perceptual distance ${formatCount(distance)} of 64`,
  ].filter(Boolean);
  return facts.length > 0 ? <span className={classes.pixels}>{facts.join(' · ')}</span> : null;
}

/** Size, format, mode and what else is known of both pictures. */
export function ImageFacts({ diff }: { diff: ImageDiff }) {
  const { before, after } = diff;
  const fact = (name: string, read: (image: NonNullable<typeof before>) => string) => ({
    name,
    before: before && read(before),
    after: after && read(after),
  });
  return (
    <MetadataTable
      rows={[
        fact('size', (image) => `${image.width} × ${image.height}`),
        fact('format', (image) => image.format),
        fact('mode', (image) => image.mode),
        fact('pages', (image) => String(image.pages)),
        fact('bytes', (image) => formatBytes(image.bytes)),
        ...diff.metadata,
      ]}
    />
  );
}
