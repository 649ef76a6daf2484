//! Two designs, statement by statement → what head's says otherwise than base's, and whether it holds code to more or to less.
//!
//! It compares what statements mean, not how they are written: order, formatting, and the file that a statement stands in make
//! no difference. What the patterns of both designs name is told by the caller; whether any code needs a relaxation is not
//! asked here.

mod apis;
mod design;
mod endpoints;
mod lists;
mod matching;
mod modules;
mod permissions;
mod places;
mod rights;
mod waivers;
mod wire;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::design::{Api, At, Design, Module, ModuleId, SpecFile};
use super::pattern::Pattern;
use crate::basis::{Method, RoutePattern, RuleId, Severity};
use matching::Matching;
use permissions::Reach;
use places::Places;

/// What a difference means for the code that it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Code may do what it might not do before.
    Loosened,
    /// The design grew for code that it did not speak of.
    Extended,
    /// Code may no longer do what it might do before.
    Tightened,
    /// Nothing about any code.
    Neutral,
}

impl Class {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Loosened, Self::Extended, Self::Tightened, Self::Neutral];

    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loosened => "loosened",
            Self::Extended => "extended",
            Self::Tightened => "tightened",
            Self::Neutral => "neutral",
        }
    }
}

/// A statement that head's design makes otherwise than base's, or that only one of them makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it means.
    pub class: Class,
    /// The table, as its header says it: `module.orders`, in head's name where both designs have it.
    pub table: String,
    /// The key in it; empty for the table itself.
    pub key: &'static str,
    /// Where base says it, in base's files; `None` when it does not.
    pub before: Option<At>,
    /// Where head says it; `None` when it does not.
    pub after: Option<At>,
    /// What that means, as a clause.
    pub reason: String,
    /// Which deviations it can hide.
    pub subject: Subject,
    /// The rules that hold this statement against code; empty where all that can be hidden is hidden from any rule.
    pub rules: &'static [&'static str],
}

/// What a difference speaks of, in the terms of base's design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The design as a whole.
    Whole,
    /// Uses between these modules: who, and of whom, both by base's name.
    Uses(Vec<(String, String)>),
    /// A module: base's name, else head's.
    Module(String),
    /// A severity.
    Rule(RuleId),
    /// An API: base's name, else head's; with an endpoint, only that.
    Api(String, Option<(Method, RoutePattern)>),
    /// A waiver of head, by its index.
    Waiver(usize),
    /// Nothing that a deviation could be about.
    Words,
}

/// Two designs, compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The differences, in the order of their classes, then in the order of the language.
    pub differences: Vec<Difference>,
    /// Modules and APIs that head calls otherwise: base's name, head's name.
    pub renamed: BTreeMap<String, String>,
}

/// What the caller knows of both sides.
pub struct Ground<'a> {
    /// The severity of a rule of which the spec says nothing; `None` where the caller of gate decides.
    pub severity: &'a dyn Fn(RuleId) -> Option<Severity>,
    /// Whether a pattern names code of base.
    pub in_base: &'a dyn Fn(&Pattern) -> bool,
    /// Whether a pattern names code of head.
    pub in_head: &'a dyn Fn(&Pattern) -> bool,
    /// The modules of base's design that code which a pattern names belongs to, of base or of head.
    pub owners: &'a dyn Fn(&Pattern) -> Vec<ModuleId>,
}

/// More pairs of modules than these are not looked at one by one.
const MOST: usize = 4_000_000;

/// Compares two designs.
pub fn compare(base: &Design, head: &Design, ground: &Ground<'_>) -> Comparison {
    let (tables, head_tables) = (places::tables(&base.files), places::tables(&head.files));
    let places = (Places::new(&base.files, &tables), Places::new(&head.files, &head_tables));
    let matching = Matching::new(base, head);
    let reach = Rc::new((Reach::new(base), Reach::new(head)));
    let is_huge = base.modules.len().saturating_mul(head.modules.len()) > MOST;
    let mut pair = Pair { base, head, ground, matching, is_huge, reach, places, found: Vec::new() };
    pair.design();
    pair.layers();
    pair.modules();
    pair.apis();
    pair.schemas();
    pair.types();
    pair.severities();
    pair.waivers();
    let mut differences = pair.found;
    differences.sort_by_key(|difference| difference.class);
    let modules = pair.matching.modules.iter().map(|(before, after)| {
        (base.module(*before).name.value.clone(), head.module(*after).name.value.clone())
    });
    let apis = pair.matching.apis.iter();
    let apis = apis
        .map(|(before, after)| (base.apis[*before].name.value.clone(), head.apis[*after].name.value.clone()));
    let renamed = modules.chain(apis).filter(|(before, after)| before != after).collect();
    Comparison { differences, renamed }
}

/// The text of a statement as it is written, in one line.
pub fn written(files: &[SpecFile], at: At) -> String {
    /// More characters than this say no more.
    const LONGEST: usize = 80;
    let text =
        files.get(at.file as usize).and_then(|file| file.text.get(at.span.range())).unwrap_or_default();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Two designs while they are compared.
struct Pair<'a> {
    base: &'a Design,
    head: &'a Design,
    ground: &'a Ground<'a>,
    matching: Matching,
    /// Whether there are so many modules that not each of one side is held against each of the other; no person reads such a spec.
    is_huge: bool,
    /// Which whole modules may use each other, in base and in head.
    reach: Rc<(Reach, Reach)>,
    places: (Places<'a>, Places<'a>),
    found: Vec<Difference>,
}

/// What all differences of one table have in common.
#[derive(Clone)]
struct Table {
    name: String,
    subject: Subject,
    rules: &'static [&'static str],
}

/// Both places of a statement.
type Ends = (Option<At>, Option<At>);

impl Pair<'_> {
    fn say(
        &mut self,
        class: Class,
        (table, key): (&Table, &'static str),
        ends: Ends,
        reason: impl Into<String>,
    ) {
        self.found.push(Difference {
            class,
            table: table.name.clone(),
            key,
            before: ends.0,
            after: ends.1,
            reason: reason.into(),
            subject: table.subject.clone(),
            rules: table.rules,
        });
    }

    /// Says that a text for people differs.
    fn words(&mut self, table: &str, keys: &[(&'static str, bool)], names: (&str, &str)) {
        for (key, _) in keys.iter().filter(|(_, differs)| *differs) {
            let ends = self.ends((names.0, names.1), key);
            let table = Table { name: table.to_owned(), subject: Subject::Words, rules: &[] };
            self.say(Class::Neutral, (&table, key), ends, "words for people");
        }
    }

    /// Where both sides write a key, each under its own name of the table.
    fn ends(&self, (base, head): (&str, &str), key: &str) -> Ends {
        (self.places.0.find(base, key), self.places.1.find(head, key))
    }

    fn base_module(&self, id: ModuleId) -> &Module {
        self.base.module(id)
    }

    fn head_module(&self, id: ModuleId) -> &Module {
        self.head.module(id)
    }
}

impl Table {
    fn module(name: &str, base: &str) -> Self {
        Self { name: format!("module.{name}"), subject: Subject::Module(base.to_owned()), rules: &[] }
    }

    fn api(api: &Api, base: &str) -> Self {
        Self {
            name: format!("api.{}", api.name.value),
            subject: Subject::Api(base.to_owned(), None),
            rules: &[],
        }
    }

    fn whole(name: &str) -> Self {
        Self { name: name.to_owned(), subject: Subject::Whole, rules: &[] }
    }

    fn held_by(&self, rules: &'static [&'static str]) -> Self {
        Self { rules, ..self.clone() }
    }

    fn about(&self, subject: Subject) -> Self {
        Self { subject, ..self.clone() }
    }
}

/// Loosened one way and tightened the other.
fn either(loosened: bool) -> Class {
    if loosened { Class::Loosened } else { Class::Tightened }
}
