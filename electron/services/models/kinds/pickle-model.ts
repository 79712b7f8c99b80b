import { addTensor, clean, type Finding, fact } from './finding.ts';
import { arrayOf, dtypeWord } from './pickle-arrays.ts';
import { attribute, classOf, isCall, isDict, isItems, type Pickled, type Symbolic } from './pickle-values.ts';

const MAX_VISITS = 100_000;
/** Fitted numbers that are the weights of a model, as scikit-learn names them. */
const WEIGHTS = /(^|\.)(coef_|intercept_|coefs_|intercepts_)(\.|$)/;

/** What an estimator's pickle tells: classes, steps, version, names of features, arrays. */
export function describeEstimator(found: Finding, pickled: Pickled): void {
  const { root } = pickled;
  const cls = classOf(root);
  const library = cls?.module.split('.')[0] ?? null;
  const version = firstVersion(root);
  if (version !== null && library !== null) found.libraryVersion = version;
  if (cls) {
    const words = estimatorWords(root, 0);
    if (library === 'sklearn' || library === 'imblearn') {
      found.format = 'sklearn';
      found.title = `${library === 'sklearn' ? 'scikit-learn' : 'imbalanced-learn'} ${words}`;
    } else found.title = `pickled ${clean(`${library} ${words}`, 120)}`;
    fact(found, 'class', `${cls.module}.${cls.name}`);
  }
  if (cls && /cloudpickle|dill/.test(cls.module)) found.title = 'pickled function';
  else if (isDict(root)) {
    const keys = root.entries.flatMap(([key]) => (typeof key === 'string' ? [key] : []));
    found.title = 'pickled dictionary';
    fact(found, 'keys', keys.slice(0, 20).join(', '));
  }
  const names = featureNames(root);
  if (names) fact(found, 'features', names.join(', '));
  collectArrays(found, root);
}

/** `Pipeline: StandardScaler → LogisticRegression`, `GridSearchCV of RandomForestClassifier`. */
function estimatorWords(value: Symbolic | undefined, depth: number): string {
  const name = clean(classOf(value)?.name ?? 'object', 60);
  if (depth > 2) return name;
  const steps = attribute(value, 'steps');
  if (isItems(steps)) {
    const parts = steps.items.map((step) => (isItems(step) ? estimatorWords(step.items[1], depth + 1) : '?'));
    return `${name}: ${parts.slice(0, 8).join(' → ')}`;
  }
  // a forest keeps what its trees are made of under the same name
  const wraps = /Search|Calibrated|Bagging|^OneVs|^MultiOutput|^Self|^RFE/.test(name);
  const inner = attribute(value, 'best_estimator_') ?? (wraps ? attribute(value, 'estimator') : undefined);
  return isCall(inner) ? `${name} of ${estimatorWords(inner, depth + 1)}` : name;
}

/** Visits what can be reached from a value once each, with the way to it. */
function* reach(root: Symbolic): Generator<[path: string, value: Symbolic]> {
  const seen = new Set<Symbolic>();
  const queue: [string, Symbolic][] = [['', root]];
  for (let at = 0; at < queue.length && at < MAX_VISITS; at++) {
    const [path, value] = queue[at]!;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    yield [path, value];
    const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
    if (isItems(value)) for (const [i, item] of value.items.entries()) queue.push([below(String(i)), item]);
    else if (isDict(value)) for (const [key, item] of value.entries) queue.push([below(String(key)), item]);
    else if (isCall(value) && arrayOf(value) === null) {
      for (const part of [value.args, value.state, value.items, value.entries])
        if (part !== undefined) queue.push([path, part]);
    }
  }
}

function firstVersion(root: Symbolic): string | null {
  for (const [, value] of reach(root)) {
    const version = isCall(value) ? attribute(value, '_sklearn_version') : undefined;
    if (typeof version === 'string') return clean(version, 40);
  }
  return null;
}

/** The estimator that a pipeline or a search ends with; itself otherwise. */
function last(value: Symbolic): Symbolic {
  for (let i = 0, at = value; i < 5; i++) {
    const steps = attribute(at, 'steps');
    const step = isItems(steps) ? steps.items.at(-1) : undefined;
    const inner = isItems(step) ? step.items[1] : attribute(at, 'best_estimator_');
    if (!isCall(inner)) return at;
    at = inner;
  }
  return value;
}

/** Names of the columns that an estimator was fitted with (`feature_names_in_`, of itself or of a pipeline's first step that has them). */
export function featureNames(root: Symbolic): string[] | null {
  const steps = attribute(root, 'steps');
  const best = attribute(root, 'best_estimator_');
  const places = [
    root,
    ...(isItems(steps) ? steps.items.map((step) => (isItems(step) ? step.items[1] : undefined)) : []),
  ];
  for (const place of places) {
    const array = arrayOf(attribute(place, 'feature_names_in_'));
    const names = array?.items?.filter((one) => typeof one === 'string');
    if (names && names.length > 0 && names.length === array?.shape[0]) return names as string[];
  }
  return isCall(best) ? featureNames(best) : null;
}

export const classesOf = (root: Symbolic) => arrayOf(attribute(last(root), 'classes_') ?? attribute(root, 'classes_'));

/** What `predict` gives, as MLflow infers it from an array; null when the kind of estimator does not tell. */
export function predicts(root: Symbolic): string | null {
  const classes = classesOf(root);
  if (classes) {
    const word = dtypeWord(classes.dtype);
    return word === 'str' ? 'object' : word;
  }
  const name = classOf(last(root))?.name ?? '';
  return /Regress|^(Ridge|RidgeCV|Lasso|LassoCV|ElasticNet|SVR|LinearSVR|Lars)$/.test(name) && !/^Logistic/.test(name)
    ? 'float64'
    : null;
}

function collectArrays(found: Finding, root: Symbolic): void {
  for (const [path, value] of reach(root)) {
    const array = arrayOf(value);
    if (array === null || /^[<>|=]?O/.test(array.dtype)) continue;
    addTensor(found, path, dtypeWord(array.dtype), array.shape, WEIGHTS.test(path));
  }
}
