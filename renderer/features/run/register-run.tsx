import { Button, type ButtonProps } from '@mantine/core';
import { IconCube } from '@tabler/icons-react';
import { useState } from 'react';
import { RegisterDialog } from '../../ui/models/register-dialog.tsx';

type Props = {
  project: string;
  run: string /** null: what looks like a model in the run */;
  artifact: string | null;
} & Pick<ButtonProps, 'size'>;

/** Opens the dialog that makes a model version of the run, or of one of its artifacts. */
export function RegisterRun({ project, run, artifact, size }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        {...(size ? { size } : {})}
        leftSection={<IconCube size={size ? 12 : 14} />}
        onClick={() => setOpen(true)}
      >
        Register model…
      </Button>
      <RegisterDialog project={project} opened={open} run={run} artifact={artifact} onClose={() => setOpen(false)} />
    </>
  );
}
