import type { ModelDefinition } from '../../../../shared/contract/models.ts';

/** OCI image specification 1.1, CNCF ModelPack (model-spec v1), KitOps ModelKit; `vnd.assay` is ours. */
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const MODEL = 'application/vnd.cncf.model.manifest.v1+json';
export const MODEL_CONFIG = 'application/vnd.cncf.model.config.v1+json';
export const DEFINITION = 'application/vnd.assay.model-version.v1+yaml';
export const EVIDENCE = 'application/vnd.assay.evidence.v1';
export const SIGNATURE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const CARD = 'text/markdown';
export const KIT_CONFIG = 'application/vnd.kitops.modelkit.config.v1+json';

/** The empty descriptor of the specification: two bytes, `{}`. */
export const EMPTY = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
} as const;

export const TITLE = 'org.opencontainers.image.title';
export const FILEPATH = 'org.cncf.model.filepath';
export const CREATED = 'org.opencontainers.image.created';
export const AUDIT_HEAD = 'dev.assay.audit.head';
export const DEFINITION_DIGEST = 'dev.assay.definition';
export const APPROVAL = 'dev.assay.approval';

export type Role = 'weight' | 'weight.config' | 'code' | 'doc';

const DOC = /(^|\/)(readme|licen[cs]e|notice|copying|authors|changelog)[^/]*$|\.(md|rst|pdf|html?)$/i;
const CODE = /\.(py|ipynb|sh|r|jl|js|ts|c|cc|cpp|h|cu)$/i;
const CONFIG = /(^|\/)MLmodel$|\.(json|ya?ml|toml|cfg|ini|txt|jinja|xml|properties)$/i;

/** What a file of a model is to ModelPack, by its name; the file that the kind was read from is always a weight. */
export function roleOf(path: string, { kind }: Pick<ModelDefinition, 'kind'>): Role {
  if (path === kind.file) return 'weight';
  if (DOC.test(path)) return 'doc';
  if (CODE.test(path)) return 'code';
  return CONFIG.test(path) ? 'weight.config' : 'weight';
}
