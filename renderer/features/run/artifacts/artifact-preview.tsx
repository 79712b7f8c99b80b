import { IconFile } from '@tabler/icons-react';
import type { Artifact } from '../../../../shared/contract/runs.ts';
import { rawAddress } from '../../../../shared/serving.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import classes from './artifacts.module.css';
import { ImagePreview } from './image-preview.tsx';
import { JsonPreview } from './json-preview.tsx';
import { previewKind } from './preview-kind.ts';
import { TablePreview } from './table-preview.tsx';
import { TextPreview } from './text-preview.tsx';

export type PreviewProps = { project: string; run: string; artifact: Artifact };

/**
 * One file as well as a page can show it. Nothing of it runs in our page: documents get a frame of their own, without our origin
 * and without a way to send anything (see `shared/serving.ts`).
 */
export function ArtifactPreview(props: PreviewProps) {
  const { project, run, artifact } = props;
  const address = rawAddress({ project, run, path: artifact.path });
  switch (previewKind(artifact)) {
    case 'image':
      return <ImagePreview address={address} artifact={artifact} />;
    case 'audio':
      return (
        <div className={classes.media}>
          {/* biome-ignore lint/a11y/useMediaCaption: recordings of a script have no captions */}
          <audio controls src={address} aria-label={artifact.path} />
        </div>
      );
    case 'video':
      return (
        <div className={classes.media}>
          {/* biome-ignore lint/a11y/useMediaCaption: recordings of a script have no captions */}
          <video controls src={address} aria-label={artifact.path} />
        </div>
      );
    case 'html':
      return <iframe className={classes.frame} sandbox="allow-scripts" src={address} title={artifact.path} />;
    case 'table':
      return <TablePreview key={artifact.path} {...props} />;
    case 'json':
      return <JsonPreview {...props} />;
    case 'text':
      return <TextPreview {...props} />;
    case 'none':
      return (
        <EmptyState icon={<IconFile size={32} stroke={1.5} />} title="No preview for this kind of file">
          Download it to open it in a program of yours.
        </EmptyState>
      );
  }
}
