import { Button } from '@mantine/core';
import { IconSignature, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../../lib/client.ts';
import { errorText } from '../../../lib/errors.ts';
import { formatDateTime } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Chip, Mark } from '../../../ui/models/marks.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Nothing, Section, TableBox } from '../../../ui/section.tsx';
import page from '../version-page.module.css';
import type { TabProps } from '../version-page.tsx';
import { ReceiptTable } from './receipt-table.tsx';

/** Who vouches for the files, and who has them. */
export function ReceiptsTab({ place, commands }: TabProps) {
  const { on, go } = place;
  const receipts = useQuery(api.targets.receipts.queryOptions({ input: on }));
  return (
    <div className={page.wide}>
      <Signatures place={place} commands={commands} />
      <Section
        title="Receipts"
        amount={receipts.data?.length || undefined}
        tools={
          <>
            <Link to="/p/$project/targets" params={{ project: on.project }} style={{ fontSize: '0.75rem' }}>
              Targets
            </Link>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconUpload size={13} />}
              onClick={() => go({ push: '1' })}
            >
              Push…
            </Button>
          </>
        }
      >
        {receipts.error ? <Notice tone="bad">{errorText(receipts.error)}</Notice> : null}
        {receipts.data?.length === 0 ? (
          <Nothing>
            It was not pushed anywhere yet. A receipt is written when every digest was read back and right.
          </Nothing>
        ) : null}
        {receipts.data && receipts.data.length > 0 ? <ReceiptTable on={on} receipts={receipts.data} /> : null}
      </Section>
    </div>
  );
}

function Signatures({ place: { on }, commands }: Pick<TabProps, 'place' | 'commands'>) {
  const signatures = useQuery(api.signing.verify.queryOptions({ input: on }));
  const key = useQuery(api.signing.key.queryOptions()).data;
  const trusted = useQuery(api.signing.trusted.queryOptions({ input: { project: on.project } })).data ?? [];
  const owner = (fingerprint: string): string | null =>
    fingerprint === key?.fingerprint
      ? 'your key'
      : (trusted.find((one) => one.fingerprint === fingerprint)?.comment ??
        (trusted.some((one) => one.fingerprint === fingerprint) ? 'trusted key' : null));
  return (
    <Section
      title="Signature"
      detail="OpenSSF Model Signing, as model_signing verifies it"
      tools={
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconSignature size={13} />}
          loading={commands.busy === 'sign'}
          onClick={() => void commands.sign()}
        >
          {signatures.data?.length ? 'Sign again' : 'Sign'}
        </Button>
      }
    >
      {signatures.error ? <Notice tone="bad">{errorText(signatures.error)}</Notice> : null}
      {signatures.data?.length === 0 ? (
        <Nothing>It is not signed. The last approval that is needed signs it; it can be signed before, too.</Nothing>
      ) : null}
      {signatures.data && signatures.data.length > 0 ? (
        <TableBox>
          <tbody>
            {signatures.data.map((one) => (
              <tr key={one.file}>
                <td style={{ width: 110 }}>
                  <Mark tone={one.valid ? 'good' : 'bad'} words={one.valid ? 'Valid' : 'Not valid'} />
                </td>
                <td>{one.message}</td>
                <td title={one.fingerprint}>
                  <span className={page.withButton}>
                    <code>{one.fingerprint.slice(0, 16)}</code>
                    <CopyButton value={one.fingerprint} label="Copy the key's fingerprint" />
                    <Chip tone={owner(one.fingerprint) ? 'accent' : 'warn'}>
                      {owner(one.fingerprint) ?? 'not a trusted key'}
                    </Chip>
                  </span>
                </td>
                <td className={page.muted}>{one.signedAt === null ? '' : formatDateTime(one.signedAt)}</td>
                <td className={page.muted}>
                  <code>{one.file}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </TableBox>
      ) : null}
    </Section>
  );
}
