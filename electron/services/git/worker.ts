import { parentPort } from 'node:worker_threads';
import { AppError } from '../../../shared/errors.ts';
import { annotate, annotatedTags, newTagMemory, whoMayCommit } from './annotated-tags.ts';
import { capture, type Memory, readState } from './capture.ts';
import { commitAll, init, resolveRef } from './commit.ts';
import { commitDiff } from './commit-diff.ts';
import { commitPaths } from './commit-paths.ts';
import { knownCommits } from './commits.ts';
import { fileAt, fileHistory, trackedFiles } from './history.ts';
import { lfsTracked, lfsTree, stageTexts, unpushedTexts } from './lfs.ts';
import { commitInfo, layOutBlobs, trackedAt } from './objects.ts';
import type { Answer, Question } from './protocol.ts';
import { committedFiles } from './records.ts';
import { createTag, deleteTag, listTags } from './tags.ts';

const FORGET_AFTER_MS = 300_000;

const memory: Memory = { cache: {}, trees: new Map() };
const tags = newTagMemory();
let forget: NodeJS.Timeout | undefined;

function answer(question: Question): Promise<unknown> {
  switch (question.call) {
    case 'state':
      return readState(question.input.root, question.input.timeoutMs, memory);
    case 'capture':
      return capture(question.input.root, question.input.limits, memory);
    case 'init':
      return init(question.input.root, question.input.person);
    case 'commitAll':
      return commitAll(question.input.root, question.input.message, question.input.author, memory);
    case 'fileHistory':
      return fileHistory(question.input.root, question.input.path, question.input.limit, memory.cache);
    case 'fileAt':
      return fileAt(question.input.root, question.input.commit, question.input.path, memory.cache);
    case 'committedFiles':
      return committedFiles(question.input.root, question.input.commits, question.input.pattern, memory.cache);
    case 'knownCommits':
      return knownCommits(question.input.root, memory.cache);
    case 'commitPaths':
      return commitPaths(question.input.root, question.input.what, question.input.message, memory.cache);
    case 'listTags':
      return listTags(question.input.root, memory.cache);
    case 'createTag': {
      const { root, name, commit, message } = question.input;
      return createTag(root, name, commit, message, memory.cache);
    }
    case 'deleteTag':
      return deleteTag(question.input.root, question.input.name);
    case 'annotatedTags': {
      const { root, pattern, known, keep } = question.input;
      return annotatedTags(root, pattern, known, keep, tags, memory.cache);
    }
    case 'annotate':
      return annotate(question.input.root, question.input.tag, memory.cache);
    case 'whoMayCommit':
      return whoMayCommit(question.input.root);
    case 'trackedFiles':
      return Promise.resolve(trackedFiles(question.input.root, question.input.path, question.input.limit));
    case 'commitDiff': {
      const { root, from, to, limits } = question.input;
      return commitDiff(root, from, to, limits, memory.cache);
    }
    case 'commitInfo':
      return commitInfo(question.input.root, question.input.commit, memory.cache);
    case 'trackedAt':
      return trackedAt(question.input.root, question.input.commit, question.input.path, memory.cache);
    case 'layOutBlobs':
      return layOutBlobs(question.input.root, question.input.blobs, question.input.always, memory.cache);
    case 'lfsTree':
      return lfsTree(question.input.root, memory);
    case 'lfsTracked':
      return lfsTracked(question.input.root, question.input.paths, memory);
    case 'stageTexts':
      return Promise.resolve(stageTexts(question.input.root, question.input.items));
    case 'unpushedTexts':
      return unpushedTexts(question.input.root, question.input.remote, memory);
    case 'resolveRef':
      return resolveRef(question.input.root, question.input.ref);
  }
}

// one after the other: they share the cache, and a second look at the same repository is then nearly free
let last: Promise<void> = Promise.resolve();

parentPort!.on('message', (question: Question) => {
  last = last.then(async () => {
    clearTimeout(forget);
    let reply: Answer;
    try {
      reply = { id: question.id, output: await answer(question) };
    } catch (error) {
      const code = error instanceof AppError ? error.code : null;
      reply = { id: question.id, error: error instanceof Error ? error.message : String(error), code };
    }
    parentPort!.postMessage(reply);
    // pack indexes of a large repository are large; nobody who has not asked for minutes misses them
    forget = setTimeout(() => {
      memory.cache = {};
      memory.trees.clear();
    }, FORGET_AFTER_MS).unref();
  });
});
