//! The map of the reflexion model: code → the module of the design that it belongs to.
//!
//! Where several patterns match, the innermost wins: the one that names most of the way to the code, and of two that name it equally
//! far the one that lies inside the other. Two modules of which neither does overlap; that is an error of the spec, which the caller
//! asks for with [`CodeMap::overlaps`].

use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::basis::{RepoPath, SymbolPath};
use crate::spec::{At, Design, FilePattern, ModuleId, Pattern, SymbolPattern};

/// A piece of code that a pattern may name.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// The package's name as code writes it; empty for code that belongs to no package.
    pub package: &'a str,
    /// The full path, the crate's name first.
    pub symbol: &'a SymbolPath,
    /// The file.
    pub file: &'a RepoPath,
    /// The folder of the crate's root file.
    pub crate_folder: &'a [u8],
}

/// Two modules of the design that claim the same code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Overlap {
    /// The pattern of the one.
    pub first: At,
    /// The pattern of the other.
    pub second: At,
    /// The code.
    pub symbol: SymbolPath,
    /// The modules.
    pub modules: (ModuleId, ModuleId),
}

/// A piece of code, to remember the answer by.
type Key = (String, SymbolPath, RepoPath);

/// The module of some code, and the overlap that came up with it.
type Answer = (Option<ModuleId>, Option<Overlap>);

/// What comes up while a map answers: code that two modules claim, and modules with code inside that of another, the outer first.
pub type Met = (BTreeSet<Overlap>, BTreeSet<(ModuleId, ModuleId)>);

/// The patterns of a design, ready to be asked.
pub struct CodeMap<'d> {
    modules: Vec<(ModuleId, At, Matcher<'d>)>,
    /// Which of them begin with which crate; a question is about one crate, and a workspace has many.
    by_crate: FxHashMap<&'d str, Vec<usize>>,
    /// The others: paths, and symbols that may begin with several crates.
    anywhere: Vec<usize>,
    tests: Vec<Matcher<'d>>,
    absent: Vec<Matcher<'d>>,
    single_package: bool,
    known: RefCell<FxHashMap<Key, Answer>>,
    overlaps: RefCell<BTreeSet<Overlap>>,
    /// Modules with code inside that of another, the outer one first, as far as such code was met.
    nested: RefCell<BTreeSet<(ModuleId, ModuleId)>>,
}

/// A pattern, and what a comparison of two asks of it.
enum Matcher<'d> {
    Symbol(&'d SymbolPattern),
    File {
        pattern: &'d FilePattern,
        /// The parts before the first wildcard.
        literal: Vec<String>,
        /// How many parts there are, a `**` at the end left out.
        parts: usize,
    },
}

impl<'d> CodeMap<'d> {
    /// The patterns of `design`, ready to be asked; `single_package` says whether the repository holds exactly one package, which
    /// `crate::` then means.
    pub fn new(design: &'d Design, single_package: bool) -> Self {
        let mut modules = Vec::new();
        for (id, module) in (0..).map(ModuleId).zip(&design.modules) {
            modules.extend(module.code.iter().map(|code| (id, code.at, Matcher::new(&code.value))));
        }
        let mut by_crate: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let mut anywhere = Vec::new();
        for (at, (_, _, matcher)) in modules.iter().enumerate() {
            match matcher.crate_name() {
                Some(name) => by_crate.entry(name).or_default().push(at),
                None => anywhere.push(at),
            }
        }
        let tests = design.tests.iter().map(|tests| Matcher::new(&tests.value)).collect();
        let absent = design.absent.iter().map(|absent| Matcher::new(&absent.value)).collect();
        Self {
            modules,
            by_crate,
            anywhere,
            tests,
            absent,
            single_package,
            known: RefCell::default(),
            overlaps: RefCell::default(),
            nested: RefCell::default(),
        }
    }

    /// The module that `code` belongs to, if any.
    pub fn module_of(&self, code: Code<'_>) -> Option<ModuleId> {
        let (found, overlap) = self.innermost(code);
        if let Some(overlap) = overlap {
            self.overlaps.borrow_mut().insert(overlap);
        }
        found
    }

    /// The module that a name lies in, whether or not there is code of that name; two modules do not overlap for it.
    pub fn module_of_name(&self, code: Code<'_>) -> Option<ModuleId> {
        self.innermost(code).0
    }

    /// The patterns that may name some code, in order.
    fn candidates(&self, code: Code<'_>) -> Vec<usize> {
        let own = code.symbol.segments().next().unwrap_or_default().replace('-', "_");
        let package = code.package.replace('-', "_");
        let mut found = self.anywhere.clone();
        for (at, name) in [own.as_str(), &package, "crate"].into_iter().enumerate() {
            let is_again = at == 1 && own == package;
            found.extend(self.by_crate.get(name).filter(|_| !is_again).into_iter().flatten());
        }
        found.sort_unstable();
        found
    }

    fn innermost(&self, code: Code<'_>) -> (Option<ModuleId>, Option<Overlap>) {
        let key = (code.package.to_owned(), code.symbol.clone(), code.file.clone());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let mut best: Option<(usize, usize)> = None;
        let mut overlap = None;
        let mut around: BTreeSet<ModuleId> = BTreeSet::new();
        for at in self.candidates(code) {
            let (module, place, matcher) = &self.modules[at];
            let Some(depth) = matcher.depth(code, self.single_package) else { continue };
            around.insert(*module);
            let order = best.map_or(Ordering::Greater, |(known, first)| {
                let tie = || matcher.inside(&self.modules[first].2, code);
                depth.cmp(&known).then_with(tie)
            });
            match best {
                Some((_, first)) if order == Ordering::Equal => {
                    let (other, first, _) = &self.modules[first];
                    if other != module {
                        let (first, second, modules) = (*first, *place, (*other, *module));
                        overlap = Some(Overlap { first, second, symbol: code.symbol.clone(), modules });
                    }
                }
                _ if order == Ordering::Greater => (best, overlap) = (Some((depth, at)), None),
                _ => {}
            }
        }
        let module = best.map(|(_, at)| self.modules[at].0);
        if let Some(inner) = module {
            around.remove(&inner);
            self.nested.borrow_mut().extend(around.into_iter().map(|outer| (outer, inner)));
        }
        let found = (module, overlap);
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    /// The modules with a pattern of files that names one of `files`, or a pattern of symbols that `names` says yes to.
    pub(super) fn modules_among(
        &self,
        files: &[RepoPath],
        names: &dyn Fn(&SymbolPattern) -> bool,
    ) -> Vec<ModuleId> {
        let lies_in = |matcher: &Matcher<'_>| match matcher {
            Matcher::Symbol(pattern) => names(pattern),
            Matcher::File { pattern, .. } => {
                files.iter().any(|file| file.as_str().is_some_and(|path| pattern.matches(path)))
            }
        };
        let found = self.modules.iter().filter(|(_, _, matcher)| lies_in(matcher));
        let found: BTreeSet<ModuleId> = found.map(|(module, ..)| *module).collect();
        found.into_iter().collect()
    }

    /// Whether the design calls `code` test code.
    pub fn is_test(&self, code: Code<'_>) -> bool {
        self.tests.iter().any(|matcher| matcher.depth(code, self.single_package).is_some())
    }

    /// Whether the design knows that `code` is not in the repository.
    pub fn is_absent(&self, code: Code<'_>) -> bool {
        self.absent.iter().any(|matcher| matcher.depth(code, self.single_package).is_some())
    }

    /// Learns what another map of the same design has met.
    pub fn also_met(&self, (overlaps, nested): Met) {
        self.overlaps.borrow_mut().extend(overlaps);
        self.nested.borrow_mut().extend(nested);
    }

    /// What came up in the answers so far, for another map.
    pub fn met(self) -> Met {
        (self.overlaps.into_inner(), self.nested.into_inner())
    }

    /// The overlaps that came up in the answers so far.
    pub fn overlaps(&self) -> Vec<Overlap> {
        self.overlaps.borrow().iter().cloned().collect()
    }

    /// Whether code of one of the modules was met inside the code of the other.
    pub fn is_nested(&self, one: ModuleId, other: ModuleId) -> bool {
        let nested = self.nested.borrow();
        nested.contains(&(one, other)) || nested.contains(&(other, one))
    }

    /// Whether `pattern` names `code` or something around it.
    pub fn matches(&self, pattern: &SymbolPattern, code: Code<'_>) -> bool {
        symbol_depth(pattern, code.package, code.symbol, self.single_package).is_some()
    }
}

/// How many segments of the way to a symbol a pattern names; `None` when it does not name it.
///
/// A crate may be called by its package or by its own name.
pub(super) fn symbol_depth(
    pattern: &SymbolPattern,
    package: &str,
    symbol: &SymbolPath,
    single_package: bool,
) -> Option<usize> {
    if pattern.external {
        return None;
    }
    let mut segments: Vec<&str> = symbol.segments().collect();
    let first =
        if pattern.segments.first().is_some_and(|first| first == "crate") { "crate" } else { package };
    if first == "crate" && !single_package {
        return None;
    }
    let own = pattern.matches(&segments);
    segments[0] = first;
    own.into_iter().chain(pattern.matches(&segments)).max()
}

impl<'d> Matcher<'d> {
    fn new(pattern: &'d Pattern) -> Self {
        match pattern {
            Pattern::Symbol(symbol) => Self::Symbol(symbol),
            Pattern::File(file) => {
                let parts: Vec<&str> = file.glob.trim_matches('/').split('/').collect();
                let literal = parts.iter().take_while(|part| !part.contains(['*', '?', '[', '{']));
                let literal = literal.map(|part| (*part).to_owned()).collect();
                let parts = parts.len() - usize::from(parts.last() == Some(&"**"));
                Self::File { pattern: file, literal, parts }
            }
        }
    }

    /// The crate that the pattern begins with, where it can be only one.
    fn crate_name(&self) -> Option<&'d str> {
        match self {
            Self::Symbol(pattern) => {
                let first = pattern.segments.first().filter(|first| !first.contains('*'))?;
                (!pattern.external).then_some(first.as_str())
            }
            Self::File { .. } => None,
        }
    }

    /// How deep inside the crate the pattern reaches: twice the segments of a symbol that it names (1 is the crate itself), and
    /// one more where it names the package itself.
    fn depth(&self, code: Code<'_>, single_package: bool) -> Option<usize> {
        match self {
            Self::Symbol(pattern) => {
                let depth = symbol_depth(pattern, code.package, code.symbol, single_package)?;
                // A package by its name before a crate that only happens to be called like another package.
                let by_package = symbol_depth(pattern, code.package, &own_package(code), single_package);
                Some(2 * depth + usize::from(by_package == Some(depth)))
            }
            Self::File { pattern, literal, .. } => {
                let path = code.file.as_str()?;
                pattern.matches(path).then_some(())?;
                let folder =
                    code.crate_folder.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).count();
                Some(2 * (1 + literal.len()).saturating_sub(folder) + 1)
            }
        }
    }
}

impl Matcher<'_> {
    /// Whether the pattern names one place of the tree, without wildcards.
    fn names_one(&self) -> bool {
        match self {
            Self::Symbol(pattern) => {
                pattern.segments.iter().rev().skip_while(|part| *part == "**").all(|part| !part.contains('*'))
            }
            Self::File { literal, parts, .. } => literal.len() == *parts,
        }
    }

    /// Whether this pattern lies inside another that names `code` equally far (`Greater`), around it (`Less`), or neither.
    fn inside(&self, other: &Self, code: Code<'_>) -> Ordering {
        let (Self::Symbol(own), Self::Symbol(other)) = (self, other) else {
            // What names one place lies inside what names that place among others.
            return self.names_one().cmp(&other.names_one());
        };
        // Both name this crate: by its package, by its own name, or as the only one.
        let of_package = |pattern: &SymbolPattern| {
            let mut pattern = pattern.clone();
            if let Some(first) = pattern.segments.first_mut().filter(|first| !first.contains('*')) {
                code.package.clone_into(first);
            }
            pattern
        };
        let (own, other) = (of_package(own), of_package(other));
        match (other.covers(&own), own.covers(&other)) {
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (true, true) | (false, false) => Ordering::Equal,
        }
    }
}

/// The symbol of some code with the package's name in place of the crate's.
fn own_package(code: Code<'_>) -> SymbolPath {
    match code.symbol.as_str().split_once("::") {
        Some((_, rest)) => SymbolPath::new(format!("{}::{rest}", code.package)),
        None => SymbolPath::new(code.package),
    }
}

/// Whether a path pattern names a file; a symbol never does.
pub fn names_file(pattern: &Pattern, path: &RepoPath) -> bool {
    match pattern {
        Pattern::Symbol(_) => false,
        Pattern::File(file) => path.as_str().is_some_and(|path| file.matches(path)),
    }
}

/// Whether the first segment of a pattern names a crate, by its package or its own name.
pub fn names_crate(
    pattern: &SymbolPattern,
    (package, name): (&str, &SymbolPath),
    single_package: bool,
) -> bool {
    let first =
        SymbolPattern { external: false, segments: pattern.segments.iter().take(1).cloned().collect() };
    symbol_depth(&first, package, name, single_package).is_some()
}
