//! What a change does to the design: base's statements against head's, as `gate check` needs them and as `gate spec diff` lists
//! them.
//!
//! Whether any code needs a looser statement is asked beside it, in `loosened.rs`.

use std::cell::OnceCell;

use crate::basis::{Below, RepoPath, RuleId, Severity};
use crate::facts::Language;
use crate::git::Repository;
use crate::model::{ModuleRef, World};
use crate::options::{CheckError, ErrorKind, SpecDiffOptions};
use crate::reflexion::{self, CodeMap, Observer, Permissions, is_live};
use crate::report::{DesignCounts, DesignDiff, DesignRow, DesignSide, PlacedText};
use crate::rules::{LOOSENED, RULES};
use crate::sources::{Side, Store};
use crate::spec::{
    At, Class, Comparison, Design, Difference, Ground, ModuleId, Pattern, Subject, compare, written,
};
use crate::specs::{self, BaseDesign, Specs};

/// Base's design and head's, compared.
pub(crate) struct DesignChange<'a> {
    /// Base's design.
    pub(crate) base: &'a Design,
    /// Head's design; base's where head deletes it.
    pub(crate) head: &'a Design,
    /// What differs.
    pub(crate) comparison: Comparison,
    /// Whether head has no spec any more.
    pub(crate) is_deleted: bool,
}

/// Compares the designs of a change; `None` where there is nothing to compare, or nothing that differs.
///
/// While a merge is concluded the design of the parent that head loosens least is the one to compare with: what another parent
/// allowed was allowed there.
pub(crate) fn find<'a>(specs: &'a Specs, head: &Side<'_>, bases: &[Side<'_>]) -> Option<DesignChange<'a>> {
    let design = &specs.design;
    if specs.is_deleted {
        return Some(DesignChange {
            base: design,
            head: design,
            comparison: Comparison::default(),
            is_deleted: true,
        });
    }
    let mut found: Option<DesignChange<'a>> = None;
    for (declared, side) in specs.bases.iter().zip(bases) {
        let base = match declared {
            BaseDesign::None => continue,
            BaseDesign::Same => return None,
            BaseDesign::Other(base) => base,
        };
        let comparison = compare_sides((base, side), (design, head));
        let change = DesignChange { base, head: design, comparison, is_deleted: false };
        if found.as_ref().is_none_or(|known| change.count(Class::Loosened) < known.count(Class::Loosened)) {
            found = Some(change);
        }
    }
    found.filter(|change| !change.comparison.differences.is_empty())
}

impl DesignChange<'_> {
    /// Whether it says something else about code that the change may not touch, so that all of it is read.
    pub(crate) fn is_about_code(&self) -> bool {
        let reaches = |difference: &Difference| match difference.subject {
            Subject::Whole | Subject::Uses(_) | Subject::Module(_) => {
                difference.class != Class::Neutral || difference.key == "code"
            }
            Subject::Rule(_) | Subject::Waiver(_) => difference.class == Class::Loosened,
            Subject::Api(..) | Subject::Words => false,
        };
        self.comparison.differences.iter().any(reaches)
    }

    /// Whether it could hide a deviation: everything can that is no mere growth of an API.
    pub(crate) fn may_hide(&self) -> bool {
        let hides = |difference: &Difference| match difference.subject {
            Subject::Api(..) => difference.class != Class::Neutral && difference.class != Class::Extended,
            // What a type is taken for decides what is compared with the contract.
            Subject::Words => difference.table == "types",
            Subject::Whole
            | Subject::Uses(_)
            | Subject::Module(_)
            | Subject::Rule(_)
            | Subject::Waiver(_) => false,
        };
        self.is_about_code() || self.comparison.differences.iter().any(hides)
    }

    fn count(&self, class: Class) -> usize {
        let differences = &self.comparison.differences;
        differences.iter().filter(|difference| difference.class == class).count()
            + usize::from(self.is_gone(class))
    }

    /// A deleted spec is one looser statement: there is none left.
    fn is_gone(&self, class: Class) -> bool {
        self.is_deleted && class == Class::Loosened
    }

    /// How many statements are of each class.
    pub(crate) fn counts(&self) -> DesignCounts {
        DesignCounts {
            loosened: self.count(Class::Loosened),
            extended: self.count(Class::Extended),
            tightened: self.count(Class::Tightened),
            neutral: self.count(Class::Neutral),
        }
    }
}

/// Compares two designs, each with the code of its side.
fn compare_sides(
    (base, base_side): (&Design, &Side<'_>),
    (head, head_side): (&Design, &Side<'_>),
) -> Comparison {
    let (base_code, head_code) = (CodeOf::new(base, base_side), CodeOf::new(head, head_side));
    let new_code = CodeOf::new(base, head_side);
    compare(
        base,
        head,
        &Ground {
            severity: &severity,
            in_base: &|pattern| base_code.holds(pattern),
            in_head: &|pattern| head_code.holds(pattern),
            owners: &|pattern| [base_code.owners(pattern), new_code.owners(pattern)].concat(),
        },
    )
}

/// The severity of a rule of which the spec says nothing; that of a looser design depends on what the caller trusts.
fn severity(id: RuleId) -> Option<Severity> {
    let rule = RULES.iter().find(|rule| rule.id == id);
    rule.filter(|rule| rule.id != LOOSENED).map(|rule| rule.severity)
}

/// The code of one side, read when the first pattern asks for it.
struct CodeOf<'a> {
    design: &'a Design,
    side: &'a Side<'a>,
    world: OnceCell<World<'a>>,
    map: OnceCell<CodeMap<'a>>,
}

impl<'a> CodeOf<'a> {
    fn new(design: &'a Design, side: &'a Side<'a>) -> Self {
        Self { design, side, world: OnceCell::new(), map: OnceCell::new() }
    }

    fn world(&self) -> &World<'a> {
        self.world.get_or_init(|| World::new(self.side))
    }

    fn single_package(&self) -> bool {
        self.world().packages().len() == 1
    }

    fn holds(&self, pattern: &Pattern) -> bool {
        is_live(self.world(), pattern, self.single_package())
    }

    /// The modules of the design that the files which a pattern names belong to.
    fn owners(&self, pattern: &Pattern) -> Vec<ModuleId> {
        let (world, single_package) = (self.world(), self.single_package());
        let map = self.map.get_or_init(|| CodeMap::new(self.design, single_package));
        let observer = Observer::new(self.design, map, Permissions::new(self.design, single_package));
        let modules: Vec<ModuleRef> = match pattern {
            Pattern::Symbol(symbol) => reflexion::modules_named(world, symbol, single_package),
            Pattern::File(_) => {
                let named =
                    |path: &RepoPath| Language::of(path).is_some() && reflexion::names_file(pattern, path);
                let files = world.source().list(b"", Below::All).into_iter().filter(named);
                files.flat_map(|file| world.locate(&file)).collect()
            }
        };
        let owners = modules.into_iter().filter_map(|module| {
            let path = world.module(module).path.clone();
            observer.module_of(world, module, &path)
        });
        owners.collect()
    }
}

/// `gate spec diff`: what a change does to the design.
///
/// # Errors
///
/// [`CheckError`] when a side cannot be read, head's spec is invalid, or neither side has one.
pub fn spec_diff(options: &SpecDiffOptions) -> Result<DesignDiff, CheckError> {
    let repository = Repository::open(&options.directory)?;
    let change = repository.change(&options.compare.request())?;
    if change.bases.is_empty() {
        return Err(CheckError {
            kind: ErrorKind::Revision,
            message: "there is one side, and nothing to compare its design with".to_owned(),
            help: vec!["name REV, A..B or A...B".to_owned()],
            spec_errors: Vec::new(),
        });
    }
    let mut specs = specs::load(&change, &[])?;
    let store = Store::new(None);
    let head = Side::new(&change.head, &store);
    let bases: Vec<Side<'_>> = change.bases.iter().map(|base| Side::new(base, &store)).collect();
    // What two designs say can be compared without a document that is not there.
    drop(specs.link(&head, &bases));
    let turn = find(&specs, &head, &bases);
    head.failure()?;
    bases.iter().try_for_each(Side::failure)?;
    let known: Option<&Design> = specs.bases.iter().find_map(|base| match base {
        BaseDesign::None => None,
        BaseDesign::Same => Some(&specs.design),
        BaseDesign::Other(base) => Some(base),
    });
    let is_compared = specs.is_deleted || known.is_some();
    let base_files =
        turn.as_ref().map_or(known, |turn| Some(turn.base)).map_or(0, |base| base.own_files().count());
    let head_files = if specs.is_deleted { 0 } else { specs.design.own_files().count() };
    let rows = match &turn {
        Some(turn) if turn.is_deleted => vec![deleted(turn.base)],
        Some(turn) => turn.comparison.differences.iter().map(|difference| row(turn, difference)).collect(),
        None => Vec::new(),
    };
    Ok(DesignDiff {
        base: DesignSide { label: change.base_label.clone().unwrap_or_default(), files: base_files },
        head: DesignSide { label: change.head_label.clone(), files: head_files },
        rows,
        counts: turn.as_ref().map(DesignChange::counts).unwrap_or_default(),
        is_compared,
        notes: specs.notes.clone(),
    })
}

fn row(turn: &DesignChange<'_>, difference: &Difference) -> DesignRow {
    DesignRow {
        class: difference.class.as_str(),
        table: difference.table.clone(),
        key: difference.key,
        reason: difference.reason.clone(),
        base: difference.before.map(|at| placed(turn.base, at)),
        head: difference.after.map(|at| placed(turn.head, at)),
    }
}

fn deleted(base: &Design) -> DesignRow {
    let first = base.modules.first().map(|module| module.name.at);
    let first = first.or(base.apis.first().map(|api| api.name.at));
    DesignRow {
        class: Class::Loosened.as_str(),
        table: "specs/".to_owned(),
        key: "",
        reason: "no design is left".to_owned(),
        base: first.map(|at| placed(base, at)),
        head: None,
    }
}

fn placed(design: &Design, at: At) -> PlacedText {
    let file = &design.files[at.file as usize];
    PlacedText {
        file: file.path.clone(),
        text: file.text.clone(),
        span: at.span,
        written: written(&design.files, at),
    }
}
