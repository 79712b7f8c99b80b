import type { Diff } from '../../../shared/contract/diffs.ts';
import { BytesView } from './bytes/bytes-view.tsx';
import { FolderView } from './folder/folder-view.tsx';
import { ImageView } from './image/image-view.tsx';
import { TableView } from './table/table-view.tsx';
import type { ViewProps } from './view-props.ts';

/** What was found, drawn as its kind wants it. */
export function DiffBody({ place, opened, diff }: ViewProps<Diff>) {
  const common = { place, opened };
  switch (diff.kind) {
    case 'table':
      return <TableView {...common} diff={diff} />;
    case 'folder':
      return <FolderView {...common} diff={diff} />;
    case 'image':
      return <ImageView {...common} diff={diff} />;
    case 'text':
    case 'binary':
      return <BytesView {...common} diff={diff} />;
  }
}
