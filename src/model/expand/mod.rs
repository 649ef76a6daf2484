//! Calls of macros of the repository → what they are replaced by, as part of the facts of the file that they stand in.
//!
//! Which macro a call means is asked of a world of its own, in which less is expanded: what declares a macro is then known
//! before the call is, and no question leads back to itself. What cannot be expanded is remembered with its place.

mod meant;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use self::meant::Definition;
use super::packages::{CrateId, PackageId};
use super::scopes::{conjuncts, holds};
use super::told::{brings_files, hides};
use super::tree::{ModuleRef, World};
use crate::basis::{RepoPath, Role, Span};
use crate::facts::rust::expand::{self, Expansion, Hand, Setting, Tokens, Work};
use crate::facts::{
    Around, CallId, Cfg, Expr, ExprKind, FileFacts, Item, ItemId, ItemKind, MacroCall, PathUse, Position,
    ScopeId,
};

/// How many modules inside each other may come out of macros.
pub(super) const ROUNDS: u8 = 3;

/// How many calls inside each other are expanded; the compiler's own limit is 128.
const DEPTH: u32 = 128;

/// How many tokens the calls of one file may take, those of the definitions counted for each call.
const WORK: usize = 4 << 20;

/// What each expansion takes at least.
const CALL: usize = 200;

/// What a file says, the calls in it expanded.
#[derive(Debug)]
pub(super) struct Made {
    /// What it says; what expansions say stands behind what the file itself does.
    pub(super) facts: Arc<FileFacts>,
    /// How many of the paths and imports are the file's own.
    own: (usize, usize),
    /// Who wrote the paths behind, and through which macro.
    paths: Vec<(Hand, u32)>,
    /// Who wrote the imports behind, and through which macro.
    imports: Vec<(Hand, u32)>,
    /// The macros.
    macros: Vec<Through>,
    /// Calls that could not be expanded although they may declare something.
    pub(super) opaque: Vec<MacroCall>,
    /// What item calls are replaced by, in the order in which it stands among the facts.
    pub(super) parts: Vec<Arc<Expansion>>,
}

/// The macro that wrote a part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// Its name.
    pub name: Box<str>,
    /// The file that defines it.
    pub file: RepoPath,
    /// The crate that the definition belongs to.
    pub(super) in_crate: CrateId,
    /// The scope of the definition in its file.
    pub(super) scope: ScopeId,
}

/// A call of a macro of the repository that may declare something and could not be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpaqueCall {
    /// The module around it.
    pub module: ModuleRef,
    /// What its code is for.
    pub role: Role,
    /// The line of the call.
    pub line: u32,
    /// The call, its arguments left out.
    pub text: String,
}

/// Expansions that were made already, by the place of the call and of the definition.
pub(super) type Expansions =
    Rc<RefCell<FxHashMap<(RepoPath, u32, RepoPath, ItemId), Option<Arc<Expansion>>>>>;

impl Made {
    fn plain(facts: Arc<FileFacts>) -> Self {
        let own = (facts.paths.len(), facts.imports.len());
        Self {
            facts,
            own,
            paths: Vec::new(),
            imports: Vec::new(),
            macros: Vec::new(),
            opaque: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Who wrote the path with this index, where it is not simply the file.
    pub(super) fn path(&self, index: usize) -> Option<(Hand, &Through)> {
        self.written(index.checked_sub(self.own.0)?, &self.paths)
    }

    /// Who wrote the import with this index, where it is not simply the file.
    pub(super) fn import(&self, index: usize) -> Option<(Hand, &Through)> {
        self.written(index.checked_sub(self.own.1)?, &self.imports)
    }

    fn written(&self, index: usize, list: &[(Hand, u32)]) -> Option<(Hand, &Through)> {
        list.get(index).map(|(hand, through)| (*hand, &self.macros[*through as usize]))
    }
}

/// The expansion of one file.
struct Job<'w, 's> {
    /// The world that knows what names mean.
    names: &'w World<'s>,
    /// Whether only what may say where macros are defined is wanted.
    for_macros: bool,
    path: &'w RepoPath,
    /// The modules that begin the file.
    modules: Rc<[ModuleRef]>,
    /// The first of them.
    module: Option<ModuleRef>,
    /// Whether somebody asks what code of a role uses.
    reads: &'w dyn Fn(Role) -> bool,
    /// Whether somebody asks what bodies use. Where macros are defined does not depend on them.
    reads_bodies: bool,
    /// How many scopes that world knows of the file.
    scopes: usize,
    expansions: &'w Expansions,
    known: FxHashMap<(ScopeId, Box<str>), Vec<Rc<Definition>>>,
    /// The definitions of the file itself that calls mean, by index.
    own: FxHashMap<usize, Rc<Definition>>,
    work: Work,
    /// The calls that wait, the next one last.
    open: Vec<Pending>,
    /// What is made.
    made: Made,
    facts: Arc<FileFacts>,
    /// Macros of the file by scope and name, as index into its definitions, in the order of their places.
    by_scope: FxHashMap<(ScopeId, Box<str>), Vec<usize>>,
    /// The calls that were expanded, by index.
    expanded: FxHashSet<CallId>,
    /// What stands between the brackets of those that somebody wrote.
    told: Vec<Told>,
    /// Where the paths begin that are known among the tokens of calls.
    tokens: FxHashSet<u32>,
    /// What calls in bodies compute, by index.
    values: FxHashMap<CallId, ExprKind>,
}

/// The tokens of an expanded call that somebody wrote.
struct Told {
    /// The call.
    call: CallId,
    /// Where they stand.
    span: Span,
    /// For a call in a body: where the paths begin that are its code. What is bound around the call decides whether they name
    /// something, so that they stay what they were, tokens.
    in_body: Option<FxHashSet<u32>>,
    /// Whether each macro was expanded that it may mean. What another one makes of them is not known.
    is_whole: bool,
}

/// A call that waits.
struct Pending {
    /// Its index in the facts.
    call: CallId,
    /// What it is told, where an expansion wrote it; `None` for a call that stands in the file.
    tokens: Option<Tokens>,
    depth: u32,
    /// The call that somebody wrote, where that is another one, by its place in the list of what such calls were told.
    top: Option<usize>,
    /// Whether a macro of the repository wrote it that may declare something.
    declares: bool,
    /// The package of that macro.
    by: Option<PackageId>,
}

impl World<'_> {
    /// What a file says whose text says `raw`.
    pub(super) fn expanded(&self, path: &RepoPath, raw: Arc<FileFacts>) -> Made {
        self.expanded_with(path, raw, &self.expansions)
    }

    /// The same; `expansions` are those that were made of this very text.
    pub(super) fn expanded_with(
        &self,
        path: &RepoPath,
        raw: Arc<FileFacts>,
        expansions: &Expansions,
    ) -> Made {
        let Some(names) = self.below().filter(|_| !raw.macro_calls.is_empty()) else {
            return Made::plain(raw);
        };
        let modules: Rc<[ModuleRef]> = names.known_of(path).into();
        let mut job = Job {
            names,
            for_macros: self.is_below,
            path,
            module: modules.first().copied(),
            modules,
            reads: &|role| self.reads(role),
            reads_bodies: !self.is_below && self.reads_bodies(path),
            scopes: raw.scopes.len(),
            expansions,
            known: FxHashMap::default(),
            own: FxHashMap::default(),
            work: Work::new(WORK),
            open: Vec::new(),
            by_scope: FxHashMap::default(),
            expanded: FxHashSet::default(),
            told: Vec::new(),
            tokens: FxHashSet::default(),
            values: FxHashMap::default(),
            facts: Arc::clone(&raw),
            made: Made::plain(raw),
        };
        job.run();
        job.finish()
    }

    /// The calls in the file that `module` begins which could not be expanded although they may declare something.
    pub fn opaque(&self, module: ModuleRef) -> Vec<OpaqueCall> {
        let Some(made) = self.module(module).file.map(|file| self.made(file)) else { return Vec::new() };
        let calls = made.opaque.iter().map(|call| {
            let around = self.module_at(module, call.scope);
            let data = self.module(around);
            let role = self.role_under(data.role, data.in_crate, &made.facts, call.cfg);
            let text = format!("{}!(…)", shown(&call.path));
            OpaqueCall { module: around, role, line: call.site.line, text }
        });
        calls.collect()
    }

    /// The line of a macro's definition, from 1; `None` where it is not written in its file.
    pub fn line_of(&self, through: &Through) -> Option<u32> {
        let facts = self.source.facts(&through.file)?;
        let is_meant = |item: &&Item| item.kind == ItemKind::Macro && item.name == through.name;
        facts.items.iter().find(is_meant).map(|item| item.name_site.line)
    }

    /// The crate that the word for `$crate` in an expansion means.
    pub(super) fn crate_of_word(&self, word: &str) -> Option<CrateId> {
        let (package, target) = word.strip_prefix(WORD)?.split_once('_')?;
        let id = CrateId { package: PackageId(package.parse().ok()?), target: target.parse().ok()? };
        let package = self.packages.known(id.package)?;
        ((id.target as usize) < package.targets.len()).then_some(id)
    }
}

/// How the word begins that stands for `$crate` in an expansion; the numbers of the package and of the target follow.
const WORD: &str = "__crate_";

/// A path as somebody would write it.
pub(super) fn shown(path: &str) -> String {
    match path.strip_prefix(WORD).and_then(|rest| rest.find("::").map(|at| &rest[at..])) {
        Some(rest) => format!("$crate{rest}"),
        None => path.to_owned(),
    }
}

fn word_for(id: CrateId) -> String {
    format!("{WORD}{}_{}", id.package.0, id.target)
}

impl Job<'_, '_> {
    fn run(&mut self) {
        self.note_macros(0);
        let is_token = |path: &&PathUse| path.kind.is_among_tokens();
        self.tokens = self.facts.paths.iter().filter(is_token).map(|path| path.site.span.start).collect();
        let calls = (0..).map(CallId).take(self.facts.macro_calls.len());
        let written = |call| Pending { call, tokens: None, depth: 0, top: None, declares: false, by: None };
        self.open = calls.map(written).collect();
        self.open.reverse();
        while let Some(pending) = self.open.pop() {
            // Held no longer than until something is added to them.
            let facts = Arc::clone(&self.facts);
            let call = &facts.macro_calls[pending.call.0 as usize];
            let written = pending.top.map_or(pending.call, |top| self.told[top].call);
            let is_item = call.position == Position::Item;
            let is_asked = (is_item || self.reads_bodies) && self.is_asked(call);
            if !(is_item || is_asked) {
                continue;
            }
            let is_opaque = match self.definitions(call, pending.by) {
                None if pending.top.is_none() => brings_files(&call.arguments),
                None => pending.declares && hides(&call.arguments),
                Some(mut definitions) => {
                    definitions.retain(|definition| is_asked || definition.leads_on(call));
                    let call = call.clone();
                    drop(facts);
                    self.replace(&call, pending, &definitions)
                }
            };
            if is_opaque && is_item {
                self.made.opaque.push(self.facts.macro_calls[written.0 as usize].clone());
            }
        }
    }

    /// Whether somebody asks what the code around a call uses. Which files it brings in is for everybody.
    fn is_asked(&self, call: &MacroCall) -> bool {
        let role = |module: &ModuleRef| {
            let data = self.names.module(*module);
            self.names.role_under(data.role, data.in_crate, &self.facts, call.cfg)
        };
        self.modules.is_empty() || self.modules.iter().any(|module| (self.reads)(role(module)))
    }

    fn finish(mut self) -> Made {
        if self.expanded.is_empty() {
            return self.made;
        }
        self.forget_tokens();
        let facts = Arc::make_mut(&mut self.facts);
        for body in &mut facts.bodies {
            body.value.visit(&mut |expr| {
                if let ExprKind::Macro { call: Some(call), .. } = &expr.kind
                    && let Some(value) = self.values.remove(call)
                {
                    expr.kind = value;
                }
            });
        }
        let mut index = (0..).map(CallId);
        facts.macro_calls.retain(|_| index.next().is_some_and(|at| !self.expanded.contains(&at)));
        self.made.facts = self.facts;
        self.made
    }

    /// Puts in the place of a call what each macro makes of it that it may mean. Whether one may declare what is not seen.
    fn replace(&mut self, call: &MacroCall, pending: Pending, definitions: &[Rc<Definition>]) -> bool {
        let is_choice = definitions.len() > 1;
        let (mut made, mut is_opaque) = (Vec::new(), false);
        let known = self.condition(call);
        for definition in definitions {
            let around = &self.facts.cfgs[call.cfg.0 as usize];
            let new = conjuncts(&definition.cfg.text).into_iter().filter(|part| !holds(&known, part));
            let text = new.collect::<Vec<_>>().join(" and ").into();
            let own = Cfg { text, test: definition.cfg.test.clone() };
            let cfg = if is_choice { around.and(&own) } else { around.clone() };
            match self.expansion((call, &cfg), &pending, definition) {
                Some(expansion) => made.push((cfg, expansion, definition)),
                None => is_opaque |= definition.declares || definition.may_hide(call, &pending),
            }
        }
        if made.is_empty() {
            return is_opaque;
        }
        self.expanded.insert(pending.call);
        let top = pending.top.unwrap_or_else(|| {
            let in_body = (call.position == Position::Body).then(FxHashSet::default);
            let is_whole = made.len() == definitions.len();
            self.told.push(Told { call: pending.call, span: call.arguments_site.span, in_body, is_whole });
            self.told.len() - 1
        });
        let mut values = Vec::new();
        for (cfg, expansion, definition) in made {
            let cfg = if is_choice { Arc::make_mut(&mut self.facts).add_cfg(cfg) } else { call.cfg };
            let at = Around { scope: call.scope, item: call.item, cfg };
            let value = self.take((call.position, pending.depth + 1, top), &expansion, definition, at);
            values.extend(value.map(|value| (cfg, value)));
        }
        if is_choice && !values.is_empty() {
            self.values.insert(pending.call, ExprKind::Compiled(values));
        } else if let Some((_, value)) = values.pop() {
            self.values.insert(pending.call, value.kind);
        }
        is_opaque
    }

    fn expansion(
        &mut self,
        (call, cfg): (&MacroCall, &Cfg),
        pending: &Pending,
        of: &Definition,
    ) -> Option<Arc<Expansion>> {
        let (rules, _) = of.rules.as_ref()?;
        if pending.depth >= DEPTH
            || (self.for_macros && !(call.position == Position::Item && of.leads_on(call)))
        {
            return None;
        }
        let key = (self.path.clone(), call.site.span.start, of.through.file.clone(), of.item);
        if pending.depth == 0
            && let Some(known) = self.expansions.borrow().get(&key)
        {
            return known.clone();
        }
        let written;
        let tokens = match &pending.tokens {
            Some(tokens) => tokens,
            None => {
                written = Tokens::of(call)?;
                &written
            }
        };
        let (position, own_crate) = (call.position, &*word_for(of.through.in_crate));
        let setting = Setting { cfg, call: call.name_site, position, own_crate };
        self.work.spend(CALL)?;
        let whole = expand::Call { rules, tokens, setting };
        let made = self.names.source().expansion(&whole, &mut self.work);
        if pending.depth == 0 {
            self.expansions.borrow_mut().insert(key, made.clone());
        }
        made
    }

    /// Adds what an expansion says; what it computes is given back.
    fn take(
        &mut self,
        (position, depth, top): (Position, u32, usize),
        expansion: &Arc<Expansion>,
        definition: &Definition,
        mut around: Around,
    ) -> Option<Expr> {
        if position == Position::Item {
            self.made.parts.push(Arc::clone(expansion));
        }
        let waiting = self.open.len();
        let first = u32::try_from(self.facts.macro_calls.len()).unwrap_or(u32::MAX);
        let inner = (first..).map(CallId).zip(&expansion.calls);
        self.open.extend(inner.map(|(call, tokens)| Pending {
            call,
            tokens: Some(tokens.clone()),
            depth,
            top: Some(top),
            declares: definition.declares,
            by: Some(definition.through.in_crate.package),
        }));
        self.open[waiting..].reverse();
        let (part, hands) = self.part(expansion, top);
        let macros = u32::try_from(self.made.macros.len()).unwrap_or(u32::MAX);
        self.made.macros.push(definition.through.clone());
        self.made.paths.extend(hands.into_iter().map(|hand| (hand, macros)));
        self.made.imports.extend(expansion.imports.iter().map(|hand| (*hand, macros)));
        let macros = self.facts.macros.len();
        let facts = Arc::make_mut(&mut self.facts);
        if position == Position::Body && !part.items.is_empty() {
            around = facts.open_block(around);
        }
        let value = facts.splice(part, expansion.value.clone(), around);
        self.note_macros(macros);
        value
    }

    /// What an expansion adds to the file, and who wrote each of its paths. What a call in a body was told is known as tokens.
    fn part(&mut self, expansion: &Expansion, top: usize) -> (FileFacts, Vec<Hand>) {
        let (mut part, mut hands) = (expansion.facts.clone(), expansion.paths.clone());
        let Some(kept) = &mut self.told[top].in_body else { return (part, hands) };
        let tokens = &self.tokens;
        let is_told = |path: &PathUse, hand: Hand| {
            let is_code_of_body = hand == Hand::Call && path.item.is_none() && path.scope == ScopeId(0);
            is_code_of_body && (!path.path.contains("::") || tokens.contains(&path.site.span.start))
        };
        kept.extend(
            part.paths
                .iter()
                .zip(&hands)
                .filter(|(path, hand)| is_told(path, **hand))
                .map(|(path, _)| path.site.span.start),
        );
        let mut of_path = expansion.paths.iter();
        part.paths.retain(|path| of_path.next().is_some_and(|hand| !is_told(path, *hand)));
        let mut paths = expansion.facts.paths.iter();
        hands.retain(|hand| paths.next().is_some_and(|path| !is_told(path, *hand)));
        (part, hands)
    }

    /// Leaves out the paths among the tokens of the calls that were expanded: what becomes of them is known now.
    fn forget_tokens(&mut self) {
        self.told.sort_by_key(|told| told.span);
        let (own, told) = (self.made.own.0, &self.told);
        let is_known = |span: Span| {
            let behind = told.partition_point(|told| told.span.start <= span.start);
            behind.checked_sub(1).map(|at| &told[at]).is_some_and(|told| {
                let is_code = told.in_body.as_ref().is_some_and(|starts| starts.contains(&span.start));
                told.is_whole && told.span.contains(span) && !is_code
            })
        };
        let mut index = 0..;
        Arc::make_mut(&mut self.facts).paths.retain(|path| {
            let is_own = index.next().is_some_and(|at| at < own);
            let goes = is_own && path.kind.is_among_tokens() && path.count == 1 && is_known(path.site.span);
            self.made.own.0 -= usize::from(goes);
            !goes
        });
    }
}
