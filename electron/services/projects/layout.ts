import { join } from 'node:path';

/** Where things are in a project's folder. Described for people in docs/run-files.md. */
export const assayFolder = (root: string): string => join(root, '.assay');
export const runsFolder = (root: string): string => join(root, '.assay', 'runs');
export const runFolder = (root: string, run: string): string => join(root, '.assay', 'runs', run);
export const indexFile = (root: string): string => join(root, '.assay', 'index.db');
export const queueFile = (root: string): string => join(root, '.assay', 'queue.json');
export const viewsFile = (root: string): string => join(root, '.assay', 'views.json');
export const definitionFile = (root: string): string => join(root, 'assay.yaml');
