import { Button } from '@mantine/core';
import type { ModelFile, ModelKind } from '../../../../shared/contract/models.ts';
import { formatBytes, formatCount, plural } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { countWords } from '../../../ui/models/kind-words.ts';
import { Notice } from '../../../ui/notice.tsx';
import { Fact, numberCell, Section, TableBox } from '../../../ui/section.tsx';
import page from '../version-page.module.css';
import type { TabProps } from '../version-page.tsx';
import { FileText } from './file-text.tsx';

const TEXT =
  /\.(json|ya?ml|toml|txt|md|csv|tsv|py|cfg|ini|ndjson|jsonl|patch|diff|xml)$|(^|\/)(MLmodel|LICENSE|README)$/i;

/** The files with their digests, and what their headers say. */
export function FilesTab({ place, detail }: TabProps) {
  const { on, search, go } = place;
  const { files, evidence, kind } = detail.definition;
  const choose = (path: string): void => go({ file: search.file === path ? undefined : path });
  return (
    <div className={page.columns}>
      <div className={page.column}>
        <Section title="Files" amount={files.length} detail={formatBytes(detail.row.size)}>
          <FileTable files={files} chosen={search.file} onChoose={choose} />
        </Section>
        {evidence.length > 0 ? (
          <Section title="Kept as evidence" amount={evidence.length}>
            <FileTable files={evidence} chosen={search.file} onChoose={choose} />
          </Section>
        ) : null}
        {search.file ? <FileText on={on} path={search.file} onClose={() => go({ file: undefined })} /> : null}
      </div>
      <div className={page.column}>
        {kind.warnings.length > 0 ? <Notice>{kind.warnings.join('\n')}</Notice> : null}
        <KindSection kind={kind} />
        <TensorSection kind={kind} />
      </div>
    </div>
  );
}

type TableProps = {
  files: readonly (ModelFile & { role?: string })[];
  chosen: string | null;
  onChoose: (path: string) => void;
};

function FileTable({ files, chosen, onChoose }: TableProps) {
  return (
    <TableBox most={480}>
      <thead>
        <tr>
          <th>Path</th>
          <th style={{ textAlign: 'right' }}>Size</th>
          <th>SHA-256</th>
          <th aria-label="What to do" />
        </tr>
      </thead>
      <tbody>
        {files.map((file) => (
          <tr key={`${file.role ?? ''} ${file.path}`}>
            <td>
              {file.path} {file.role ? <span className={page.muted}>{file.role}</span> : null}
            </td>
            <td className={numberCell} title={`${formatCount(file.size)} bytes`}>
              {formatBytes(file.size)}
            </td>
            <td title={file.sha256}>
              <span className={page.withButton}>
                <code>{file.sha256.slice(0, 12)}</code>
                <CopyButton value={file.sha256} label={`Copy the digest of ${file.path}`} />
              </span>
            </td>
            <td className={numberCell}>
              {TEXT.test(file.path) ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  aria-label={`${chosen === file.path ? 'Close' : 'Look into'} ${file.path}`}
                  onClick={() => onChoose(file.path)}
                >
                  {chosen === file.path ? 'Close' : 'Look'}
                </Button>
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </TableBox>
  );
}

function KindSection({ kind }: { kind: ModelKind }) {
  return (
    <Section title={kind.title} detail="from the headers; nothing was executed">
      <TableBox>
        <tbody>
          {kind.file ? <Fact label="Read from">{kind.file}</Fact> : null}
          {kind.libraryVersion ? <Fact label="Written by">{kind.libraryVersion}</Fact> : null}
          {kind.parameters === null ? null : (
            <Fact label="Parameters">
              {countWords(kind.parameters)} <span className={page.muted}>{formatCount(kind.parameters)}</span>
            </Fact>
          )}
          {Object.entries(kind.dtypes).map(([dtype, count]) => (
            <Fact key={dtype} label={dtype}>
              {formatCount(count)} elements
            </Fact>
          ))}
          {kind.facts.map((fact) => (
            <Fact key={`${fact.label} ${fact.value}`} label={fact.label}>
              {fact.value}
            </Fact>
          ))}
        </tbody>
      </TableBox>
    </Section>
  );
}

function TensorSection({ kind }: { kind: ModelKind }) {
  if (kind.tensors.length === 0) return null;
  const more = kind.tensorCount - kind.tensors.length;
  return (
    <Section title="Tensors" amount={kind.tensorCount} detail="largest first">
      <TableBox most={480}>
        <tbody>
          {kind.tensors.map((tensor) => (
            <tr key={tensor.name}>
              <td>
                <code>{tensor.name}</code>
              </td>
              <td>{tensor.dtype}</td>
              <td className={numberCell}>{tensor.shape.join(' × ') || 'scalar'}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
      {more > 0 ? <div className={page.muted}>and {plural(more, 'smaller tensor')}</div> : null}
    </Section>
  );
}
