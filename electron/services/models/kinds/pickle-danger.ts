import { clean } from './finding.ts';
import type { Pickled } from './pickle-values.ts';

/** Modules that no model needs and whose functions start programs, open files or sockets, or run text as code. */
const DANGEROUS_MODULES =
  /^(os|nt|posix|posixpath|ntpath|sys|subprocess|commands|pty|shutil|socket|ssl|asyncio|multiprocessing|threading|_thread|signal|ctypes|_ctypes|cffi|code|codeop|pdb|bdb|trace|profile|cProfile|timeit|runpy|imp|importlib|pkgutil|zipimport|pip|ensurepip|venv|site|webbrowser|urllib|urllib2|http|httplib|ftplib|smtplib|telnetlib|poplib|imaplib|xmlrpc|requests|httpx|aiohttp|paramiko|marshal|pickle|_pickle|cPickle|dill|shelve|sqlite3|tempfile|glob|fileinput|pydoc|doctest|idlelib|distutils|setuptools|platform|resource|mmap|fcntl|winreg|_winapi|msvcrt|linecache|inspect|gc|atexit|faulthandler)(\.|$)/;

/** Harmless modules' harmful parts. */
const DANGEROUS_NAMES =
  /^(__builtin__|builtins) (eval|exec|execfile|compile|__import__|open|file|input|raw_input|apply|getattr|setattr|delattr|globals|locals|vars|breakpoint|memoryview|exit|quit|map|filter)$|^operator (attrgetter|methodcaller|itemgetter)$|^_operator (attrgetter|methodcaller|itemgetter)$|^functools reduce$|^numpy(\.\S+)? (load|loads|fromfile|memmap|runstring|genfromtxt|loadtxt|f2py|ctypeslib)$|^torch(\.\S+)? (load|hub|jit|compile|load_state_dict_from_url)$|^torch\.(hub|jit|package|utils\.cpp_extension)\b(?!\._pickle build_\w+$|\._pickle restore_type_tag$).*|^pandas(\.\S+)? (read_pickle|eval|read_csv)$|^(joblib|cloudpickle)(\.\S+)? loads?$|^numpy\.(f2py|distutils)\b.*|^types (FunctionType|CodeType|MethodType)$|^(builtins|__builtin__) \S*\.\S*|^\S+ (\S*\.)?(__globals__|__subclasses__|__getattribute__|__builtins__|__reduce__|__class__|__init__|__dict__|system|popen|Popen|eval|exec)$/;

/** Loading it runs code that travels in the pickle itself (cloudpickle, dill). */
const OWN_CODE =
  /^(cloudpickle|dill|joblib\.externals\.cloudpickle)(\.\S+)? (_make_function|_make_skel_func|_builtin_type|_create_code|_make_cell|_make_skeleton_class|_create_function)$|^types (FunctionType|CodeType)$/;

/** What a model's pickle usually loads. Others are no danger by themselves, but must be there to load it. */
const USUAL =
  /^(__builtin__|builtins|copy_reg|copyreg|collections|_codecs|datetime|functools|numbers|decimal|fractions|uuid|enum|re|typing|dataclasses|random|pathlib|math|types|numpy|scipy|sklearn|joblib|pandas|torch|__torch__|xgboost|lightgbm|catboost|keras|tensorflow|imblearn|category_encoders|statsmodels|pyarrow|cloudpickle)(\.|$)/;

/** A dotted name walks from attribute to attribute: `numpy`, `core.os.execv` is the function of `os`. */
const reachesDanger = (name: string): boolean =>
  name
    .split('.')
    .slice(0, -1)
    .some((part) => DANGEROUS_MODULES.test(part.replace(/^_+/, '')));

export type Danger = { readonly warnings: string[]; readonly otherModules: string[]; readonly ownCode: boolean };

/** What unpickling would load that it should not, in sentences. */
export function dangers({ globals, odd }: Pickled): Danger {
  const warnings: string[] = [];
  const others = new Set<string>();
  let ownCode = false;
  for (const [key, called] of globals) {
    const [module = '', name = ''] = key.split(/ (.*)/s);
    const shown = `${clean(module, 80)}.${clean(name, 80)}`;
    if (OWN_CODE.test(key)) ownCode = true;
    else if (DANGEROUS_MODULES.test(module) || DANGEROUS_NAMES.test(key) || reachesDanger(name))
      warnings.push(
        `Unpickling it ${called ? 'calls' : 'loads'} ${shown}, which can run any program. Do not load it unless you trust who made it.`,
      );
    else if (!USUAL.test(module)) others.add(module.split('.')[0]!);
  }
  if (ownCode) warnings.push('It carries Python code of its own, which runs when it is used (cloudpickle or dill).');
  return { warnings: [...warnings, ...odd], otherModules: [...others].slice(0, 20), ownCode };
}
