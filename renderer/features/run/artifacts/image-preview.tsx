import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Artifact } from '../../../../shared/contract/runs.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import classes from './artifacts.module.css';

/** Narrower pictures are data rather than photographs: fitted ones show their pixels too. */
const SMALL_PX = 256;
const ZOOMS = ['fit', '1', '2', '4', '8'] as const;

/** A picture, fitted or enlarged; enlarged ones show their pixels. */
export function ImagePreview({ address, artifact }: { address: string; artifact: Artifact }) {
  const [zoom, setZoom] = useState<(typeof ZOOMS)[number]>('fit');
  const [natural, setNatural] = useState<{ width: number; height: number } | null>(null);
  const [broken, setBroken] = useState<string | null>(null);
  if (broken === address)
    return (
      <EmptyState title="This picture cannot be shown">The file is not there, or not what its name says.</EmptyState>
    );
  const factor = zoom === 'fit' ? null : Number(zoom);
  const enlarged = factor === null ? (natural?.width ?? Number.POSITIVE_INFINITY) <= SMALL_PX : factor > 1;
  return (
    <>
      <div className={classes.zoom}>
        <SegmentedControl
          size="xs"
          aria-label="Zoom"
          value={zoom}
          onChange={(value) => setZoom(value as (typeof ZOOMS)[number])}
          data={ZOOMS.map((value) => ({ value, label: value === 'fit' ? 'Fit' : `${value}×` }))}
        />
        {natural ? (
          <span className={classes.pixels}>
            {natural.width} × {natural.height}
          </span>
        ) : null}
      </div>
      <div className={classes.imageFrame} data-fit={zoom === 'fit' || undefined}>
        <img
          src={address}
          alt={artifact.caption ?? artifact.path}
          width={factor && natural ? natural.width * factor : undefined}
          height={factor && natural ? natural.height * factor : undefined}
          style={{ imageRendering: enlarged ? 'pixelated' : undefined }}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setNatural({ width, height })}
          onError={() => setBroken(address)}
        />
      </div>
    </>
  );
}
