import { Modal } from '@mantine/core';
import { RegisterForm } from './register-form.tsx';

type Props = {
  project: string;
  opened: boolean;
  /** The run to begin with; null lets a person choose. */
  run: string | null;
  /** The artifact of that run to begin with. */
  artifact?: string | null;
  onClose: () => void;
};

/** Makes a model version of a run's artifact, or of any file or folder of the project. */
export function RegisterDialog({ project, opened, run, artifact = null, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Register a model" size="xl" centered>
      <RegisterForm project={project} run={run} artifact={artifact} onClose={onClose} />
    </Modal>
  );
}
