import { stringify } from 'yaml';
import type { ModelDefinition } from '../../../../shared/contract/models.ts';

/** Conda's, virtualenv's and pip's files beside an `MLmodel`, as mlflow writes them; only what loading the model takes. */
export function environmentFiles(definition: ModelDefinition, packages: readonly string[]): Record<string, string> {
  const { python, packages: installed } = definition.environment ?? { python: null, packages: [] };
  const recorded = new Map(
    installed.flatMap((line) => {
      const [, name, version] = /^([\w.-]+)==([\w.+!-]+)$/.exec(line) ?? [];
      return name && version ? [[normal(name), version] as const] : [];
    }),
  );
  const [library] = packages;
  const requirements = ['mlflow', ...packages].flatMap((name) => {
    const own = name === library ? definition.kind.libraryVersion : null;
    const version = recorded.get(normal(name)) ?? (own && /^[\w.+!-]+$/.test(own) ? own : null);
    if (version) return [`${name}==${version}`];
    // what was not there when the model was trained is not needed to load it
    return recorded.size === 0 || name === library || name === 'mlflow' ? [name] : [];
  });
  const known = python !== null && /^\d+\.\d+(\.\d+)?/.exec(python)?.[0];
  return {
    'requirements.txt': `${requirements.join('\n')}\n`,
    'python_env.yaml': stringify({
      ...(known ? { python: known } : {}),
      build_dependencies: ['pip'],
      dependencies: ['-r requirements.txt'],
    }),
    'conda.yaml': stringify({
      channels: ['conda-forge'],
      dependencies: [...(known ? [`python=${known}`] : []), 'pip', { pip: requirements }],
      name: 'mlflow-env',
    }),
  };
}

const normal = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
