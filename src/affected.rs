//! A change → unchanged files whose paths may mean something else now.
//!
//! A re-export that was pointed elsewhere, an item that moved behind one, or a macro with other arms changes what other files depend
//! on although not a byte of them changed. The names that this happened to are few; files that do not hold such a name are not
//! read.

use std::collections::{BTreeMap, BTreeSet};

use crate::basis::{Below, RepoPath};
use crate::facts::Language;
use crate::facts::{CfgId, FileFacts, Item, ItemKind, ScopeId, Visibility};
use crate::model::{Def, ModuleRef, Namespace, World};
use crate::reflexion::{FilePair, Observer, Renames};
use crate::spec::ModuleId;

/// Names that mean something else now.
#[derive(Debug, Default)]
pub(crate) struct Turned {
    /// Names that any file may use.
    everywhere: BTreeSet<String>,
    /// Names of private imports, each with the folder of the modules that can see it.
    below: BTreeSet<(Vec<u8>, String)>,
}

/// Names that mean something else now, in whatever module; what the change moves from one module to another is among them.
pub(crate) fn turned<'w>(
    observer: &Observer<'_>,
    pairs: &[FilePair],
    head: &World<'_>,
    bases: impl Iterator<Item = (&'w World<'w>, &'w Renames)>,
) -> Turned {
    let mut turned = Turned::default();
    let mut macros = Macros::default();
    for (base, renames) in bases {
        let (mut come, mut gone) = (BTreeMap::<&str, Vec<&Line>>::new(), BTreeMap::<&str, Vec<&Line>>::new());
        let files = |of: fn(&FilePair) -> Option<&RepoPath>| pairs.iter().filter_map(of);
        let before = Declared::of(files(|pair| pair.base.as_ref()), (base, observer), Some(renames));
        let now = Declared::of(files(|pair| pair.head.as_ref()), (head, observer), None);
        let differing: BTreeSet<&Line> = before.lines.symmetric_difference(&now.lines).collect();
        let mut known = BTreeMap::new();
        for line in differing {
            let key = (line.module.as_str(), line.name.as_str());
            let meanings = || (before.meaning(line), now.meaning(line));
            // What only one side has is no other thing there; what it means may lie far away, and is asked only where it may have moved.
            let (in_old, in_new) = match (before.knows(line), now.knows(line)) {
                (true, true) => {
                    let (old, new) = known.entry(key).or_insert_with(meanings);
                    if old == new && !line.is_macro {
                        continue;
                    }
                    (!old.is_empty(), !new.is_empty())
                }
                one => one,
            };
            let (everywhere, name) = (&mut turned.everywhere, line.name.clone());
            match (in_old, in_new, &line.below) {
                (true, true, below) if line.is_macro => {
                    macros.insert((below.clone().unwrap_or_default(), name));
                }
                (true, true, Some(folder)) => {
                    turned.below.insert((folder.clone(), name));
                }
                (true, true, None) => {
                    everywhere.insert(name);
                    turned.below.extend(line.called.iter().cloned());
                }
                (false, true, _) => come.entry(&line.name).or_default().push(line),
                (true, false, _) => gone.entry(&line.name).or_default().push(line),
                (false, false, _) => {}
            }
        }
        let means = |lines: &[&Line], side: &Declared<'_, '_>| {
            lines.iter().any(|line| !side.meaning(line).is_empty())
        };
        let moved = come.iter().filter(|(name, lines)| {
            gone.get(*name).is_some_and(|left| means(left, &before) && means(lines, &now))
        });
        turned.everywhere.extend(moved.map(|(name, _)| (*name).to_owned()));
    }
    turned.below.append(&mut with_callers(head, macros));
    turned
}

/// Macros by the folder of the files that can call them, and the name.
type Macros = BTreeSet<(Vec<u8>, String)>;

/// How many macros inside each other are followed; the compiler gives up at that depth too.
const MACROS: usize = 128;

/// The macros with those that call one of them: whoever calls such a one is told something else now.
fn with_callers(world: &World<'_>, macros: Macros) -> Macros {
    let mut all = macros.clone();
    let mut new = macros;
    for _ in 0..MACROS {
        let mut callers = Macros::new();
        for (folder, name) in std::mem::take(&mut new) {
            let holds = |path: &&RepoPath| {
                Language::of(path).is_some()
                    && world.source().mentions(path, "macro_rules!")
                    && world.source().holds_any(path, &BTreeSet::from([name.as_str()]))
            };
            for path in world.source().list(&folder, Below::All).iter().filter(holds) {
                let Some(facts) = world.source().outline(path) else { continue };
                for rules in facts.macros.iter().filter(|rules| calls(&rules.rules, &name)) {
                    let item = &facts.items[rules.item.0 as usize];
                    let folder = if item.exported { Vec::new() } else { folder.clone() };
                    callers.insert((folder, item.name.to_string()));
                }
            }
        }
        new.extend(callers.into_iter().filter(|caller| !all.contains(caller)));
        if new.is_empty() {
            break;
        }
        all.extend(new.iter().cloned());
    }
    all
}

/// Whether the arms of a macro call the macro `name`.
fn calls(rules: &str, name: &str) -> bool {
    let before = |at: usize| rules[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_');
    rules
        .match_indices(name)
        .any(|(at, _)| !before(at) && rules[at + name.len()..].trim_start().starts_with('!'))
}

/// Whether a file of a side holds one of the names.
pub(crate) fn holds(world: &World<'_>, path: &RepoPath, turned: &Turned) -> bool {
    let words = turned.everywhere.iter().chain(turned.below.iter().map(|(_, word)| word));
    let words: BTreeSet<&str> = words.map(String::as_str).collect();
    !words.is_empty() && world.source().holds_any(path, &words)
}

/// Files outside the change that hold one of the names, or bring all names of a module in which one turned.
pub(crate) fn files(world: &World<'_>, pairs: &[FilePair], turned: &Turned) -> Vec<RepoPath> {
    let changed: BTreeSet<&RepoPath> = pairs.iter().filter_map(|pair| pair.head.as_ref()).collect();
    let mut found = BTreeSet::new();
    let mut search = |folder: &[u8], words: &BTreeSet<&str>| {
        let all = world.source().list(folder, Below::All).into_iter();
        let wanted = |path: &RepoPath| Language::of(path).is_some() && !changed.contains(path);
        found.extend(all.filter(|path| wanted(path) && world.source().holds_any(path, words)));
    };
    if !turned.everywhere.is_empty() {
        search(b"", &turned.everywhere.iter().map(String::as_str).collect());
    }
    let mut below: BTreeMap<&[u8], BTreeSet<&str>> = BTreeMap::new();
    for (folder, word) in &turned.below {
        below.entry(folder).or_default().insert(word);
    }
    for (folder, words) in below {
        search(folder, &words);
    }
    found.into_iter().collect()
}

/// What a name leads to, in head's names, and the module of the design that it lies in: a file that only moved may lie in another.
type Meant = (String, Option<ModuleId>);

/// One declaration of a name as written, in head's names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    module: String,
    name: String,
    written: String,
    /// The folder of the modules that can see it, where it is a private import or a macro that only its package sees.
    below: Option<Vec<u8>>,
    /// What else its module is called, and below which folder, where a glob hands names on that nobody wrote down.
    called: Vec<(Vec<u8>, String)>,
    /// Whether it is a macro; what stands in its arms is a part of what is written then.
    is_macro: bool,
}

/// What the changed files of one side declare.
struct Declared<'w, 's> {
    world: &'w World<'s>,
    observer: &'w Observer<'w>,
    renames: Option<&'w Renames>,
    modules: BTreeMap<String, ModuleRef>,
    /// Modules that hand on what a glob brings.
    open: BTreeSet<String>,
    names: BTreeSet<(String, String)>,
    lines: BTreeSet<Line>,
}

impl<'w, 's> Declared<'w, 's> {
    fn of<'p>(
        files: impl Iterator<Item = &'p RepoPath>,
        (world, observer): (&'w World<'s>, &'w Observer<'w>),
        renames: Option<&'w Renames>,
    ) -> Self {
        let mut declared = Self {
            world,
            observer,
            renames,
            modules: BTreeMap::new(),
            open: BTreeSet::new(),
            names: BTreeSet::new(),
            lines: BTreeSet::new(),
        };
        for begins in files.flat_map(|path| world.locate(path)) {
            let Some(facts) = world.facts_of(begins) else { continue };
            let text = |cfg: CfgId| &facts.cfgs[cfg.0 as usize].text;
            declared.add_macros(begins, &facts);
            let is_other = |item: &&Item| item.parent.is_none() && item.kind != ItemKind::Macro;
            for item in facts.items.iter().filter(is_other) {
                let written = format!("{:?} {}", item.kind, text(item.cfg));
                declared.add((begins, item.scope), &item.name, written, false);
            }
            for module in &facts.modules {
                let written = format!("mod {:?} {}", module.path, text(module.cfg));
                declared.add((begins, module.scope), &module.name, written, false);
            }
            for import in &facts.imports {
                let written = format!("use {} {:?} {}", import.path, import.visibility, text(import.cfg));
                let name = if import.glob { "*" } else { &import.name };
                let private = import.visibility == Visibility::Private;
                declared.add((begins, import.scope), name, written, private);
            }
        }
        declared
    }

    /// The macros of a file: what their calls are replaced by changes with their arms. Those of one name and scope are one.
    fn add_macros(&mut self, begins: ModuleRef, facts: &FileFacts) {
        let mut written: BTreeMap<(ScopeId, &str), (bool, String)> = BTreeMap::new();
        for item in facts.items.iter().filter(|item| item.kind == ItemKind::Macro) {
            let (exported, all) = written.entry((item.scope, &item.name)).or_default();
            let condition = &facts.cfgs[item.cfg.0 as usize].text;
            *exported |= item.exported;
            all.push_str(&format!("macro {} {} {condition};", item.exported, item.tokens));
        }
        for ((scope, name), (exported, written)) in written {
            let at = self.world.module_at(begins, scope);
            let module = self.current(self.world.module(at).path.as_str());
            let package = self.world.module(at).in_crate.package;
            let below = (!exported).then(|| self.world.folder_of(package));
            self.modules.insert(module.clone(), at);
            self.names.insert((module.clone(), name.to_owned()));
            self.lines.insert(Line {
                module,
                name: name.to_owned(),
                written,
                below,
                called: Vec::new(),
                is_macro: true,
            });
        }
    }

    fn add(&mut self, (begins, scope): (ModuleRef, ScopeId), name: &str, written: String, private: bool) {
        let at = self.world.module_at(begins, scope);
        let module = self.current(self.world.module(at).path.as_str());
        // What a glob opens is asked for by the name of the module that holds it, or by what those around call that.
        let mut called = Vec::new();
        if name == "*" && !private {
            self.open.insert(module.clone());
            called.push((self.world.child_folder(at), "super".to_owned()));
            let data = self.world.module(at);
            if data.path.segments().nth(1).is_none() {
                called.push((self.world.folder_of(data.in_crate.package), "crate".to_owned()));
            }
        }
        let name = match name {
            "*" => module.rsplit("::").next().unwrap_or(&module).to_owned(),
            name => name.to_owned(),
        };
        let below = private.then(|| self.world.child_folder(at));
        self.modules.insert(module.clone(), at);
        self.names.insert((module.clone(), name.clone()));
        self.lines.insert(Line { module, name, written, below, called, is_macro: false });
    }

    /// Whether the name may mean something in its module: what is not declared there could only come through a glob, and only an
    /// open one hands it on.
    fn knows(&self, line: &Line) -> bool {
        self.modules.contains_key(&line.module)
            && (self.names.contains(&(line.module.clone(), line.name.clone()))
                || self.open.contains(&line.module))
    }

    /// What a name means in a module of the changed files; for the module's own name what its globs open too.
    fn meaning(&self, line: &Line) -> BTreeSet<Meant> {
        let mut meaning = BTreeSet::new();
        let Some(at) = self.modules.get(&line.module).filter(|_| self.knows(line)) else { return meaning };
        let defs = self.world.lookup(*at, &line.name, Namespace::Any);
        meaning.extend(defs.iter().map(|def| self.meant(def)));
        if line.module.rsplit("::").next() == Some(&line.name) {
            let facts = self.world.facts_of(*at);
            let imports = facts.iter().flat_map(|facts| facts.imports.iter().zip(0_u32..));
            let scope = self.world.module(*at).scope;
            for (_, index) in imports.filter(|(import, _)| import.glob && import.scope == scope) {
                let opened = self.world.import(*at, index);
                let all_of = |(name, home): Meant| (name + "::*", home);
                meaning.extend(opened.defs.iter().map(|def| all_of(self.meant(def))));
            }
        }
        meaning
    }

    fn meant(&self, def: &Def) -> Meant {
        let (module, symbol) = match def {
            Def::Module(module) => (*module, self.world.module(*module).path.clone()),
            Def::Item(module, item) => (*module, self.world.symbol(*module, *item)),
            Def::External(path) => return (path.to_string(), None),
        };
        (self.current(symbol.as_str()), self.observer.module_of(self.world, module, &symbol))
    }

    fn current(&self, symbol: &str) -> String {
        self.renames.map_or_else(|| symbol.to_owned(), |renames| renames.symbol(symbol))
    }
}
