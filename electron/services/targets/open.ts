import type { DeclaredTarget } from './declared.ts';
import type { Driver, DriverOptions } from './driver.ts';

/** The driver of a target; its libraries are loaded only now. `ca` of `declared` is absolute. */
export async function openTarget(declared: DeclaredTarget, options: DriverOptions): Promise<Driver> {
  switch (declared.type) {
    case 'folder':
      return (await import('./folder/open.ts')).openFolder(declared, options);
    case 'huggingface':
      return (await import('./huggingface/open.ts')).openHuggingface(declared, options);
    case 'mlflow':
      return (await import('./mlflow/open.ts')).openMlflow(declared, options);
    case 'oci':
      return (await import('./oci/oci.ts')).openOci(declared, options);
    case 's3':
      return (await import('./s3/open.ts')).openS3Target(declared, options);
  }
}
