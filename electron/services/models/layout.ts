import { join } from 'node:path';

/** Where a registry's files are, from the project's folder. Everything here is committed. */
export const modelsFolder = (root: string): string => join(root, 'models');
export const definitionPath = (name: string, version: string): string => `models/${name}/${version}.yaml`;
export const cardPath = (name: string, version: string): string => `models/${name}/${version}.md`;
/** What belongs to one version: `evaluations/`, `receipts/`, `model.sig`. */
export const versionFolder = (name: string, version: string): string => `models/${name}/${version}`;
export const evaluationPath = (name: string, version: string, digest: string): string =>
  `models/${name}/${version}/evaluations/${digest}.json`;
export const receiptsPath = (name: string, version: string): string => `models/${name}/${version}/receipts`;
export const signaturePath = (name: string, version: string): string => `models/${name}/${version}/model.sig`;
export const auditFolder = (root: string): string => join(root, 'models', 'audit');
export const keysFolder = (root: string): string => join(root, 'models', 'keys');

/** Evaluations that no request has frozen yet: on this machine only. */
export const localEvaluations = (root: string): string => join(root, '.assay', 'evaluations');

/** The GTO tags: a version, and the pointer (stage or alias) that was assigned as the project's `count`-th. */
export const versionTag = (name: string, version: string): string => `${name}@v${version}`;
export const pointerTag = (name: string, pointer: string, count: number): string => `${name}#${pointer}#${count}`;
