//! Where the design comes from: `specs/` of the judged tree, or what `--spec` names; and what makes it unusable.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::basis::{Below, RepoPath, RuleId};
use crate::documents;
use crate::git::{Change, Repository, Snapshot};
use crate::model::World;
use crate::options::{CheckError, ErrorKind, SpecOptions, SpecSummary};
use crate::reflexion::{
    CodeMap, Observer, Permissions, Promise, StaleEntry, closed_by, entries, may_be_live, permitted_arcs,
};
use crate::report::PlacedError;
use crate::rules::RULES;
use crate::sources::{Side, Store, is_regular};
use crate::spec::{self, At, Design, Name, Pattern, SpecError, SpecFile, SymbolPattern};

/// The design of a run.
pub(crate) struct Specs {
    /// The design that both sides are judged by.
    pub(crate) design: Design,
    /// Where it came from: `specs/`, or the paths given by `--spec`.
    pub(crate) from: String,
    /// What a reader of the report has to know about it.
    pub(crate) notes: Vec<String>,
    /// Whether head has no spec any more, so that the design is base's.
    pub(crate) is_deleted: bool,
    /// What each base declares, in the order of the bases; empty when one design was given for both sides.
    pub(crate) bases: Vec<BaseDesign>,
    /// What the APIs of the design promise, in their order; those of documents once they are linked.
    pub(crate) promises: Vec<Promise>,
    /// What each base promised, in the order of the bases; `None` where that is nothing else than head promises, or not known.
    pub(crate) base_contracts: Vec<Option<(Design, Vec<Promise>)>>,
    /// Entries of the base design that name code; `None` when one design was given for both sides.
    entries: Option<Vec<StaleEntry>>,
}

/// What a reader of the report has to know where a document of base is none.
const UNREAD: &str =
    "a document that the base links cannot be read; what its contract promised is not compared";

/// What a base declares.
pub(crate) enum BaseDesign {
    /// Nothing that could be compared: it has no spec, or an invalid one.
    None,
    /// What head declares, to the letter.
    Same,
    /// Something that was written otherwise.
    Other(Box<Design>),
}

impl Specs {
    /// One design for both sides, with nothing to compare it with.
    pub(crate) fn given(design: Design, from: String) -> Self {
        Self {
            design,
            from,
            notes: Vec::new(),
            is_deleted: false,
            bases: Vec::new(),
            promises: Vec::new(),
            base_contracts: Vec::new(),
            entries: None,
        }
    }

    /// Reads the documents that the designs link, each on its side.
    ///
    /// # Errors
    ///
    /// A document of the head design that cannot be read. One of a base is as if it were not linked.
    pub(crate) fn link(&mut self, head: &Side<'_>, bases: &[Side<'_>]) -> Result<(), CheckError> {
        let own = self.own_side((head, bases));
        let unlinked = self.design.clone();
        let is_compared = |base: &BaseDesign| matches!(base, BaseDesign::Other(_));
        let with_texts = self.is_deleted || self.bases.iter().any(is_compared);
        self.promises = documents::link(&mut self.design, own, with_texts)?;
        for (api, promise) in self.design.apis.iter().zip(&self.promises) {
            if api.openapi.is_some() && promise.contract.operations.is_empty() {
                self.notes.push(format!("the document of api `{}` declares no operation", api.name.value));
            }
        }
        if self.bases.is_empty() {
            // One design was given for both sides; what it links may differ between them.
            for side in bases {
                let contract = documents::differ(&self.promises, head, side).then(|| {
                    let mut design = unlinked.clone();
                    documents::link(&mut design, side, true).ok().map(|promises| (design, promises))
                });
                self.base_contracts.push(contract.flatten());
            }
        }
        for (base, side) in self.bases.iter_mut().zip(bases) {
            let contract = match base {
                BaseDesign::Other(design) => {
                    let promises = documents::link(design, side, true);
                    self.notes.extend(promises.as_ref().err().map(|_| UNREAD.to_owned()));
                    promises.ok().map(|promises| (Design::clone(design), promises))
                }
                BaseDesign::Same if documents::differ(&self.promises, head, side) => {
                    let mut design = unlinked.clone();
                    let promises = documents::link(&mut design, side, true);
                    self.notes.extend(promises.as_ref().err().map(|_| UNREAD.to_owned()));
                    promises.ok().map(|promises| (design, promises))
                }
                BaseDesign::None | BaseDesign::Same => None,
            };
            self.base_contracts.push(contract);
        }
        Ok(())
    }

    /// The side on which the documents lie that the design links.
    pub(crate) fn own_side<'s, 'a>(&self, (head, bases): (&'s Side<'a>, &'s [Side<'a>])) -> &'s Side<'a> {
        if self.is_deleted { bases.first().unwrap_or(head) } else { head }
    }

    /// The names by which either design registers routes in words of its own, the last segments, in order.
    pub(crate) fn own_words(&self) -> Vec<Box<str>> {
        let bases = self.bases.iter().filter_map(|base| match base {
            BaseDesign::Other(design) => Some(&**design),
            BaseDesign::None | BaseDesign::Same => None,
        });
        let apis = bases.chain([&self.design]).flat_map(|design| &design.apis);
        let names = apis.flat_map(|api| &api.registers).map(|own| own.name.value.to_string());
        let last = |name: String| name.rsplit("::").next().unwrap_or_default().into();
        let words: BTreeSet<_> = names.map(last).collect();
        words.into_iter().collect()
    }

    /// Whether the base design has an entry too.
    pub(crate) fn is_in_base(&self, entry: &StaleEntry) -> bool {
        let same = |known: &StaleEntry| {
            known.pattern == entry.pattern && known.table == entry.table && known.key == entry.key
        };
        self.entries.as_ref().is_none_or(|base| base.iter().any(same))
    }
}

/// Reads the design for a change.
pub(crate) fn load(change: &Change, given: &[PathBuf]) -> Result<Specs, CheckError> {
    if !given.is_empty() {
        let design = design(from_disk(given)?, &change.head)?;
        let from = given.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        return Ok(Specs::given(design, from));
    }
    let mut notes = Vec::new();
    let mut head = from_tree(&change.head, &mut notes)?;
    let bases = change.bases.iter().map(|base| from_tree(base, &mut Vec::new()));
    let bases: Vec<Vec<SpecFile>> = bases.collect::<Result<_, _>>()?;
    let is_deleted = head.is_empty();
    if is_deleted {
        head = bases.first().filter(|base| !base.is_empty()).cloned().ok_or_else(no_spec)?;
        notes.push("this change deletes the spec; it is judged by the design of its base".to_owned());
    }
    let design = design(head.clone(), &change.head)?;
    let mut designs = Vec::new();
    for (index, files) in bases.into_iter().enumerate() {
        let why = |state: &str| format!("{state}; the design of the head serves both sides");
        let base = match files {
            files if files == head => Ok(BaseDesign::Same),
            files if files.is_empty() => Err("the base has no spec"),
            files => read(files)
                .map(|design| BaseDesign::Other(Box::new(design)))
                .map_err(|_| "the spec of the base is invalid"),
        };
        notes.extend(base.as_ref().err().filter(|_| index == 0).map(|state| why(state)));
        designs.push(base.unwrap_or(BaseDesign::None));
    }
    let entries = match designs.first() {
        Some(BaseDesign::Same) => entries(&design),
        Some(BaseDesign::Other(base)) => entries(base),
        Some(BaseDesign::None) | None => Vec::new(),
    };
    let from = "specs/".to_owned();
    Ok(Specs {
        design,
        from,
        notes,
        is_deleted,
        bases: designs,
        promises: Vec::new(),
        base_contracts: Vec::new(),
        entries: Some(entries),
    })
}

/// `gate spec check`: whether a spec is valid, and what a reader should know about it.
///
/// # Errors
///
/// [`CheckError`] when there is no spec, or one with errors.
pub fn spec_summary(options: &SpecOptions) -> Result<SpecSummary, CheckError> {
    let repository = Repository::open(&options.directory)?;
    let compare = crate::Compare::All { revision: options.revision.clone(), worktree: options.worktree };
    let change = repository.change(&compare.request())?;
    let mut specs = load(&change, &options.spec)?;
    let store = Store::new(None);
    let side = Side::new(&change.head, &store);
    specs.link(&side, &[])?;
    let design = &specs.design;
    let world = World::new(&side);
    let single_package = world.packages().len() == 1;
    let map = CodeMap::new(design, single_package);
    Observer::new(design, &map, Permissions::new(design, single_package)).meet(&world);
    let mut errors = unknown_names(design, &world);
    errors.extend(crate_in_workspace(design, &world, single_package));
    errors.extend(overlaps(design, &map));
    if !errors.is_empty() {
        return Err(spec_errors(in_order(design, errors)));
    }
    let mut notes = specs.notes.clone();
    for entry in entries(design).iter().filter(|entry| !may_be_live(&world, entry, single_package)) {
        notes.push(format!("`{}` in `{}` of `{}` matches nothing", entry.pattern, entry.key, entry.table));
    }
    let permitted = permitted_arcs(design, single_package);
    let circle = permitted.iter().find_map(|arc| closed_by(&permitted, *arc));
    if let Some(chain) = circle {
        let names: Vec<&str> =
            chain.iter().map(|module| design.module(*module).name.value.as_str()).collect();
        notes.push(format!("permissions form a circle: {} → {}", names.join(" → "), names[0]));
    }
    Ok(SpecSummary {
        files: design.files.iter().map(|file| file.path.to_string()).collect(),
        name: design.name.as_ref().map(|name| name.value.clone()),
        modules: design.modules.len(),
        apis: design.apis.len(),
        endpoints: design.apis.iter().map(|api| api.endpoints.len()).sum(),
        waivers: design.waivers.len(),
        notes,
    })
}

/// The JSON Schema of a spec file.
pub fn spec_schema() -> String {
    spec::json_schema(&rule_ids())
}

fn rule_ids() -> Vec<RuleId> {
    RULES.iter().map(|rule| rule.id).collect()
}

fn read(files: Vec<SpecFile>) -> Result<Design, Vec<SpecError>> {
    spec::read(files, &rule_ids())
}

fn design(files: Vec<SpecFile>, head: &Snapshot) -> Result<Design, CheckError> {
    let design = read(files.clone()).map_err(|errors| {
        // What an older gate cannot understand is no error of the spec.
        let needs = spec::needs(&files).and_then(|needs| too_old(needs.value));
        needs.unwrap_or_else(|| invalid(errors, files, head))
    })?;
    if let Some(error) = design.needs.and_then(|needs| too_old(needs.value)) {
        return Err(error);
    }
    if design.modules.is_empty() && design.apis.is_empty() {
        return Err(CheckError {
            kind: ErrorKind::NoSpec,
            message: "the spec declares no module and no API: there is nothing to judge by".to_owned(),
            help: vec![
                "add one `[module.NAME]` with `code` and `why` for each part of the system".to_owned(),
            ],
            spec_errors: Vec::new(),
        });
    }
    Ok(design)
}

/// The error of a gate that is older than the one that may judge; `None` when it is not.
fn too_old(needs: (u32, u32, u32)) -> Option<CheckError> {
    let (major, minor, patch) = needs;
    (needs > own_version()).then(|| CheckError {
        kind: ErrorKind::Version,
        message: format!(
            "the spec needs gate {major}.{minor}.{patch} or newer, and this is {}",
            env!("CARGO_PKG_VERSION")
        ),
        help: vec!["install a newer gate".to_owned()],
        spec_errors: Vec::new(),
    })
}

fn own_version() -> (u32, u32, u32) {
    let part = |text: &str| text.parse().unwrap_or(0);
    (
        part(env!("CARGO_PKG_VERSION_MAJOR")),
        part(env!("CARGO_PKG_VERSION_MINOR")),
        part(env!("CARGO_PKG_VERSION_PATCH")),
    )
}

fn from_tree(snapshot: &Snapshot, notes: &mut Vec<String>) -> Result<Vec<SpecFile>, CheckError> {
    let mut files = Vec::new();
    for (path, entry) in snapshot.list(b"specs", Below::All)? {
        if path.folder() != b"specs" || !path.has_extension("toml") {
            continue;
        }
        if !is_regular(entry.mode) {
            notes.push(format!("{path} is no regular file and is not read"));
            continue;
        }
        let bytes =
            snapshot.read(&path, entry).map_err(|error| unreadable(&path.to_string(), &error.to_string()))?;
        files.push(spec_file(path, bytes)?);
    }
    Ok(files)
}

fn from_disk(given: &[PathBuf]) -> Result<Vec<SpecFile>, CheckError> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in given {
        if !path.is_dir() {
            paths.push(path.clone());
            continue;
        }
        let inside = std::fs::read_dir(path)
            .map_err(|error| unreadable(&path.display().to_string(), &error.to_string()))?;
        let inside = inside.filter_map(Result::ok).map(|entry| entry.path());
        let mut inside: Vec<PathBuf> =
            inside.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
        if inside.is_empty() {
            return Err(CheckError {
                kind: ErrorKind::NoSpec,
                message: format!("there is no spec in {}", path.display()),
                help: vec!["a folder given by --spec holds *.toml files".to_owned()],
                spec_errors: Vec::new(),
            });
        }
        inside.sort();
        paths.append(&mut inside);
    }
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path)
            .map_err(|error| unreadable(&path.display().to_string(), &error.to_string()))?;
        spec_file(RepoPath::new(shown(path)), bytes)
    };
    paths.iter().map(read).collect()
}

fn shown(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

fn spec_file(path: RepoPath, bytes: Vec<u8>) -> Result<SpecFile, CheckError> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SpecFile { path, text: text.into(), is_linked: false }),
        Err(_) => Err(unreadable(&path.to_string(), "it is not UTF-8")),
    }
}

fn unreadable(path: &str, why: &str) -> CheckError {
    CheckError {
        kind: ErrorKind::Read,
        message: format!("{path} cannot be read: {why}"),
        help: Vec::new(),
        spec_errors: Vec::new(),
    }
}

fn no_spec() -> CheckError {
    CheckError {
        kind: ErrorKind::NoSpec,
        message: "there is no spec: no `specs/*.toml` in the judged tree".to_owned(),
        help: vec![
            "to start one, write `specs/design.toml` (begin with `gate = 1`, then one `[module.NAME]` with `code` and `why` for \
             each part of the system) and `git add` it"
                .to_owned(),
            "to try a spec that is not in the repository, name it with `--spec PATH`".to_owned(),
        ],
        spec_errors: Vec::new(),
    }
}

/// The error of a spec that has errors: those, and names in the rest of it that mean nothing in the tree of head.
fn invalid(errors: Vec<SpecError>, files: Vec<SpecFile>, head: &Snapshot) -> CheckError {
    let placed = errors.into_iter().map(|error| {
        let SpecError { file, text, span, message, help } = error;
        PlacedError { file, text, span, message, help }
    });
    let mut placed: Vec<PlacedError> = placed.collect();
    let Some(design) = spec::partial(files, &rule_ids()) else { return spec_errors(placed) };
    let store = Store::new(None);
    let side = Side::new(head, &store);
    let world = World::new(&side);
    let single_package = world.packages().len() == 1;
    placed.extend(unknown_names(&design, &world));
    placed.extend(crate_in_workspace(&design, &world, single_package));
    spec_errors(in_order(&design, placed))
}

fn spec_errors(errors: Vec<PlacedError>) -> CheckError {
    let message = match errors.len() {
        1 => "the spec has an error".to_owned(),
        count => format!("the spec has {count} errors"),
    };
    CheckError { kind: ErrorKind::Spec, message, help: Vec::new(), spec_errors: errors }
}

fn error_at(design: &Design, at: At, message: String, help: Option<String>) -> PlacedError {
    let file = &design.files[at.file as usize];
    PlacedError { file: file.path.clone(), text: Arc::clone(&file.text), span: at.span, message, help }
}

/// Names that mean nothing in the tree are errors of the spec, all of them at once.
pub(crate) fn refuse_names(
    design: &Design,
    world: &World<'_>,
    single_package: bool,
) -> Result<(), CheckError> {
    let mut errors = unknown_names(design, world);
    errors.extend(crate_in_workspace(design, world, single_package));
    if errors.is_empty() { Ok(()) } else { Err(spec_errors(in_order(design, errors))) }
}

/// The errors in the order of files and bytes.
fn in_order(design: &Design, mut errors: Vec<PlacedError>) -> Vec<PlacedError> {
    let file = |error: &PlacedError| design.files.iter().position(|file| file.path == error.file);
    errors.sort_by_key(|error| (file(error), error.span.start));
    errors
}

/// A single name in `uses` or `users` has to be a module of the spec or a package of the repository.
fn unknown_names(design: &Design, world: &World<'_>) -> Vec<PlacedError> {
    let unknown = design.unknown_names();
    if unknown.is_empty() {
        return Vec::new();
    }
    let packages = world.packages();
    let known =
        |name: &str| packages.iter().any(|package| world.package(*package).ident == name.replace('-', "_"));
    let unknown = unknown.into_iter().filter(|(name, ..)| !known(name));
    let error = |(name, at, nearest): (&str, At, Option<String>)| {
        let message = format!("`{name}` is neither a module of the spec nor a package of the repository");
        error_at(design, at, message, nearest.map(|nearest| format!("did you mean `{nearest}`?")))
    };
    unknown.map(error).collect()
}

/// Whether any pattern begins with `crate`.
pub(crate) fn names_crate(design: &Design) -> bool {
    !crate_patterns(design).is_empty() || !design.waivers.is_empty()
}

/// `crate::` means the only package; where there are several it means nothing.
fn crate_in_workspace(design: &Design, world: &World<'_>, single_package: bool) -> Vec<PlacedError> {
    let patterns = crate_patterns(design);
    if single_package || patterns.is_empty() || world.packages().is_empty() {
        return Vec::new();
    }
    let error = |(pattern, at): &(SymbolPattern, At)| {
        let message = format!("`{pattern}` begins with `crate`, and the repository holds several packages");
        error_at(design, *at, message, Some("begin with the name of the package".to_owned()))
    };
    patterns.iter().map(error).collect()
}

fn crate_patterns(design: &Design) -> Vec<(SymbolPattern, At)> {
    let mut found: Vec<(SymbolPattern, At)> = Vec::new();
    let mut add = |pattern: &Pattern, at: At| match pattern {
        Pattern::Symbol(symbol) => found.push((symbol.clone(), at)),
        Pattern::File(_) => {}
    };
    entries(design).iter().for_each(|entry| add(&entry.pattern, entry.at));
    design.tests.iter().chain(&design.absent).for_each(|pattern| add(&pattern.value, pattern.at));
    for module in &design.modules {
        for name in module.uses.iter().chain(module.users.iter().flatten()).chain(&module.bans) {
            match &name.value {
                Name::Symbol(symbol) => add(&Pattern::Symbol(symbol.clone()), name.at),
                Name::Any | Name::Module(_) => {}
            }
        }
    }
    found.retain(|(symbol, _)| symbol.begins_in_crate());
    // What is asked whether it names code may be a name in `uses` or `bans`, too.
    let mut told = BTreeSet::new();
    found.retain(|(_, at)| told.insert(*at));
    found
}

/// Two modules that claim the same code are an error of the spec.
pub(crate) fn refuse_overlaps(design: &Design, map: &CodeMap<'_>) -> Result<(), CheckError> {
    let errors = overlaps(design, map);
    if errors.is_empty() { Ok(()) } else { Err(spec_errors(errors)) }
}

/// For each two patterns that claim the same code the first such code.
fn overlaps(design: &Design, map: &CodeMap<'_>) -> Vec<PlacedError> {
    let mut told = BTreeSet::new();
    let mut errors = Vec::new();
    for overlap in map.overlaps() {
        if !told.insert((overlap.first, overlap.second)) {
            continue;
        }
        let names = |module| design.module(module).name.value.as_str();
        let (one, other) = (names(overlap.modules.0), names(overlap.modules.1));
        let message = format!("modules `{one}` and `{other}` both claim `{}`", overlap.symbol);
        let help = "the inner of two patterns wins; where none lies inside the other, one has to give way"
            .to_owned();
        errors.push(error_at(design, overlap.first, message.clone(), None));
        errors.push(error_at(design, overlap.second, message, Some(help)));
    }
    errors
}
