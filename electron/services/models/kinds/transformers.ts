import { jsonUpTo, member } from './bounded-json.ts';
import { clean, type Finding, fact, type KindFile } from './finding.ts';

const MAX_CONFIG = 1024 * 1024;

/** What the `config.json` and `adapter_config.json` beside weights say (transformers, peft). */
export function describeTransformers(found: Finding, files: readonly KindFile[]): void {
  const folder = found.file?.includes('/') ? found.file.slice(0, found.file.lastIndexOf('/') + 1) : '';
  const read = (name: string): unknown => {
    const file = files.find(({ path }) => path === folder + name);
    return file ? jsonUpTo(file.file, file.size, MAX_CONFIG) : null;
  };
  const config = read('config.json');
  const type = member(config, 'model_type');
  const architectures = member(config, 'architectures');
  const architecture = Array.isArray(architectures) && typeof architectures[0] === 'string' ? architectures[0] : null;
  if (architecture !== null && (found.format === 'safetensors' || found.format === 'pytorch'))
    found.title = `${found.title}, ${clean(architecture, 60)}`;
  fact(found, 'architecture', architecture);
  if (typeof type === 'string') fact(found, 'model type', type);
  const version = member(config, 'transformers_version');
  if (typeof version === 'string') fact(found, 'transformers', version);
  const base = member(read('adapter_config.json'), 'base_model_name_or_path');
  if (typeof base === 'string') {
    fact(found, 'adapter of', base);
    found.title = `${found.title}, adapter`;
  }
}
