import type { Target } from '../../../shared/contract/targets.ts';

export const TYPE_WORDS: Record<Target['type'], string> = {
  mlflow: 'MLflow',
  oci: 'OCI registry',
  huggingface: 'Hugging Face Hub',
  s3: 'S3 bucket',
  folder: 'Folder',
};

/** Where the secret of a target is, in words. */
export function secretWords({ type, secret }: Pick<Target, 'type' | 'secret'>): string {
  if (type === 'folder') return 'needs none';
  switch (secret) {
    case 'keyring':
      return 'in the keyring';
    case 'environment':
      return 'from the environment';
    case 'file':
      return 'in a file of yours alone (this machine has no keyring)';
    default:
      return 'none kept: anonymous';
  }
}

/** What a person types as user and secret, per kind of target. */
export const SECRET_FIELDS: Record<Exclude<Target['type'], 'folder'>, { user: string | null; secret: string }> = {
  mlflow: { user: 'User (empty for a bearer token)', secret: 'Password or token' },
  oci: { user: 'User', secret: 'Password or token' },
  huggingface: { user: null, secret: 'Access token' },
  s3: { user: 'Access key id', secret: 'Secret access key' },
};

/** An `assay.yaml` to start from. */
export const EXAMPLE_YAML = `targets:
  shelf: {type: folder, path: out}
  team:
    {type: mlflow, url: https://mlflow.example.com}
  hub:
    type: oci
    url: registry.example.com/team
    requires: approved`;
