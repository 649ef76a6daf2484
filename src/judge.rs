//! `gate check`, from a question to a report: every floor once, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::basis::{Drift, Finding, Origin, RepoPath, RuleId, Severity, Unjudged, Verdict};
use crate::design_change::DesignChange;
use crate::facts::Language;
use crate::git::{Change, Repository};
use crate::model::{Focus, World};
use crate::options::{CheckError, CheckOptions};
use crate::reflexion::{
    self, CodeMap, FilePair, Observed, Observer, Permission, Permissions, Renames, Sides,
};
use crate::report::{Counts, Judging, Report};
use crate::sources::{Side, Store, is_regular};
use crate::spec::{Design, ModuleId, Policy};
use crate::specs::{self, Specs};
use crate::unneeded::Search;
use crate::{affected, design_change, everything, loosened, rehomed, rules, served, stale, waivers};

/// Judges a change.
///
/// # Errors
///
/// [`CheckError`] when nothing could be judged: no repository, an unknown revision, no spec or an invalid one.
pub fn check(options: &CheckOptions) -> Result<Report, CheckError> {
    let repository = Repository::open(&options.directory)?;
    let change = repository.change(&options.compare.request())?;
    let specs = specs::load(&change, &options.spec)?;
    let store = Store::new(options.cache.as_deref());
    let head = Side::new(&change.head, &store);
    let bases: Vec<Side<'_>> = change.bases.iter().map(|base| Side::new(base, &store)).collect();
    let whole = bases.is_empty();
    if whole {
        head.read_all();
    }
    let turn = design_change::find(&specs, &head, &bases);
    let reads_everything = turn.as_ref().is_some_and(DesignChange::is_about_code);
    let scene = Scene::new(options, &change, &specs, (&head, &bases)).reading_everything(reads_everything);
    specs::refuse_names(&specs.design, &scene.world, scene.single_package)?;
    let mut judged = scene.judge(options);
    if scene.touches_spec() {
        scene.observer().meet(&scene.world);
    }
    specs::refuse_overlaps(&specs.design, &scene.map)?;
    if let Some(turn) = &turn {
        judged.findings.extend(loosened::findings(turn, options, &scene, &judged));
        judged.findings.sort_by(order);
    }
    head.failure()?;
    bases.iter().try_for_each(Side::failure)?;
    let mut counts = scene.counts.take();
    counts.waived = judged.waived;
    let report = scene.report(options, judged, counts, turn.as_ref());
    store.keep();
    Ok(report)
}

/// What a design says about a change.
pub(crate) struct Judged {
    /// Findings, severities set and waived ones taken out.
    pub(crate) findings: Vec<Finding>,
    /// What could not be judged.
    pub(crate) unjudged: Vec<Unjudged>,
    /// How many deviations of head are excused.
    waived: usize,
}

/// Files with the parts of them that are read.
type Focused = Vec<(RepoPath, Focus)>;

/// Which modules use which.
type ModuleArcs = BTreeSet<(ModuleId, ModuleId)>;

/// Everything that one run looks at.
pub(crate) struct Scene<'a> {
    pub(crate) change: &'a Change,
    specs: &'a Specs,
    pub(crate) design: &'a Design,
    pub(crate) head: &'a Side<'a>,
    pub(crate) bases: &'a [Side<'a>],
    /// The source files of the change.
    pairs: Vec<FilePair>,
    /// Head, the files of the change read whole.
    pub(crate) world: World<'a>,
    base_worlds: Vec<World<'a>>,
    pub(crate) single_package: bool,
    /// Whether all files are read, because the design says something else about them.
    reads_everything: bool,
    /// Whether changed files are read whole, not only where they changed.
    reads_whole_files: bool,
    /// Changed files that are read whole because something in them is refused.
    read_whole: std::cell::RefCell<BTreeSet<RepoPath>>,
    map: CodeMap<'a>,
    counts: std::cell::Cell<Counts>,
    /// Files of head that belong to no crate.
    orphans: std::cell::RefCell<Vec<RepoPath>>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        options: &CheckOptions,
        change: &'a Change,
        specs: &'a Specs,
        (head, bases): (&'a Side<'a>, &'a [Side<'a>]),
    ) -> Self {
        let design = &specs.design;
        let pairs = pairs(change);
        let whole = bases.is_empty();
        let world = if whole { World::new(head) } else { world_of(head, &pairs, &[]) };
        let base_worlds = bases.iter().map(|base| world_of(base, &pairs, &[])).collect();
        let single_package = specs::names_crate(design) && world.packages().len() == 1;
        let map = CodeMap::new(design, single_package);
        let counts = std::cell::Cell::default();
        Self {
            reads_everything: false,
            reads_whole_files: reads_whole_files(options, change, design),
            read_whole: std::cell::RefCell::default(),
            change,
            specs,
            design,
            head,
            bases,
            pairs,
            world,
            base_worlds,
            single_package,
            map,
            counts,
            orphans: std::cell::RefCell::default(),
        }
    }

    /// Whether files that the change does not touch are read too.
    pub(crate) fn reading_everything(mut self, reads_everything: bool) -> Self {
        self.reads_everything = reads_everything;
        self.reads_whole_files |= reads_everything;
        self
    }

    /// What the design of the scene says about the change.
    pub(crate) fn judge(&self, options: &CheckOptions) -> Judged {
        let mut reflexion = reflexion::reflect(self.observe());
        let blind = std::mem::take(&mut reflexion.blind);
        let mut findings = rules::check(&reflexion);
        set_severities(self.design, &mut findings);
        let waived = waivers::apply(self.design, &mut findings, options.today, &self.names());
        findings.extend(waived.findings);
        findings.sort_by(order);
        let unjudged = |blind: reflexion::Drifted<reflexion::Blind>| {
            let reflexion::Blind { file, line, reason, text } = blind.value;
            Unjudged { reason, file, line, text, drift: blind.drift }
        };
        Judged { findings, unjudged: blind.into_iter().map(unjudged).collect(), waived: waived.count }
    }

    fn whole(&self) -> bool {
        self.bases.is_empty()
    }

    pub(crate) fn observer(&self) -> Observer<'_> {
        Observer::new(self.design, &self.map, Permissions::new(self.design, self.single_package))
    }

    fn observe(&self) -> Sides<'a> {
        let observer = self.observer();
        let rehomed = rehomed::files(&self.pairs, &self.manifests(), &self.world, &self.base_worlds);
        let bases = self.base_worlds.iter().zip(self.bases);
        let renames: Vec<Renames> = bases.map(|(world, side)| self.renames(&rehomed, world, side)).collect();
        let turned = affected::turned(&self.pairs, &self.world, self.base_worlds.iter().zip(&renames));
        let mut more = affected::files(&self.world, &self.pairs, &turned);
        more.extend(self.untouched(&rehomed));
        more.sort();
        more.dedup();
        let focus = |pair: &FilePair| self.focus(pair, &turned, &rehomed);
        let (mut head, mut read) = self.read(&observer, &more, &focus);
        // What looks new may only be written anew: where something is refused, the file is read whole on both sides, and with it
        // those that it may have moved out of.
        let refused = head.arcs.iter().filter(|arc| arc.refusal.is_some());
        let mut suspect: BTreeSet<RepoPath> = refused.map(|arc| arc.file.clone()).collect();
        if !suspect.is_empty() && renames.iter().any(Renames::any) {
            suspect.extend(self.pairs.iter().filter_map(|pair| pair.head.clone()));
        }
        if !suspect.is_empty() && !self.whole() {
            self.read_whole.borrow_mut().extend(suspect);
            (head, read) = self.read(&observer, &more, &focus);
        }
        let mut bases: Vec<(Observed, Renames)> = read.into_iter().zip(renames).collect();
        if self.reads_everything {
            self.read_rest(&observer, &more, (&mut head, &mut bases));
        }
        let (served, base_served) = self.served();
        let (all_arcs, base_arcs) = self.cycles(&observer, &head, &bases);
        let worlds = (&self.world, self.base_worlds.as_slice());
        let manifests = self.manifests();
        let stale = stale::find(self.specs, (&self.pairs, &manifests), worlds, self.single_package);
        let mut unneeded = self.unneeded(&observer, &head, &bases);
        // What names nothing any more is said of the entry already.
        unneeded.retain(|permission| stale.iter().all(|(entry, _)| entry.at != permission.at(self.design)));
        self.count(&head, served.as_ref());
        self.orphans.replace(head.orphans.clone());
        let (design, single_package) = (self.design, self.single_package);
        head.blind.extend(served.iter().flat_map(|served| served.blind.iter().cloned()));
        head.blind.extend(observer.manifests(&self.world, &manifests));
        let turned = rehomed::manifests(&manifests, &self.world, &self.base_worlds);
        head.arcs.extend(observer.lines(&self.world, &[manifests.as_slice(), &turned].concat()));
        for (base, served) in bases.iter_mut().zip(&base_served) {
            base.0.blind.extend(served.blind.iter().cloned());
        }
        for (base, world) in bases.iter_mut().zip(&self.base_worlds) {
            base.0.blind.extend(observer.manifests(world, &manifests));
            base.0.arcs.extend(observer.lines(world, &[self.base_manifests().as_slice(), &turned].concat()));
        }
        let served = served.map(|served| served.side);
        let base_served = base_served.into_iter().map(|served| served.side).collect();
        Sides {
            head,
            bases,
            served,
            base_served,
            all_arcs,
            base_arcs,
            stale,
            unneeded,
            design,
            single_package,
        }
    }

    /// What head and each base say, as far as it may have changed.
    fn read(
        &self,
        observer: &Observer<'_>,
        more: &[RepoPath],
        focus: &dyn Fn(&FilePair) -> (Focus, Focus),
    ) -> (Observed, Vec<Observed>) {
        let (head_files, base_files) = self.files(more, focus);
        if self.whole() {
            let design = (self.design, self.single_package);
            return (everything::observe(self.head, design, &self.map, &head_files), Vec::new());
        }
        let observe = |world: &World<'a>, side: &Side<'_>, files: &Focused| match more.is_empty() {
            true => observer.observe(world, files),
            false => observer.observe(&world_of(side, &self.pairs, more), files),
        };
        let head = observe(&self.world, self.head, &head_files);
        let sides = self.base_worlds.iter().zip(self.bases).zip(&base_files);
        (head, sides.map(|((world, side), files)| observe(world, side, files)).collect())
    }

    /// Adds to both sides what the files say that the change neither touches nor turns: there it is what it was.
    fn read_rest(
        &self,
        observer: &Observer<'_>,
        more: &[RepoPath],
        (head, bases): (&mut Observed, &mut [(Observed, Renames)]),
    ) {
        self.head.read_all();
        let world = World::new(self.head);
        let read: BTreeSet<&RepoPath> =
            self.pairs.iter().filter_map(|pair| pair.head.as_ref()).chain(more).collect();
        let files: Focused = all_files(&world).into_iter().filter(|(file, _)| !read.contains(file)).collect();
        let mut rest = everything::observe(self.head, (self.design, self.single_package), &self.map, &files);
        let changed: BTreeSet<RepoPath> = self.manifests().into_iter().collect();
        let manifests = world.source().list(b"").into_iter();
        let manifests: Vec<RepoPath> =
            manifests.filter(|path| path.file_name() == b"Cargo.toml" && !changed.contains(path)).collect();
        rest.arcs.extend(observer.lines(&world, &manifests));
        for side in std::iter::once(&mut *head).chain(bases.iter_mut().map(|(base, _)| base)) {
            side.arcs.extend(rest.arcs.iter().cloned());
            side.unmapped.extend(rest.unmapped.iter().cloned());
            side.blind.extend(rest.blind.iter().cloned());
        }
        head.files += rest.files;
        head.dependencies += rest.dependencies;
        head.unresolved += rest.unresolved;
    }

    /// The files to read on head and on each base, with the parts of them that may have changed.
    fn files(
        &self,
        more: &[RepoPath],
        focus: &dyn Fn(&FilePair) -> (Focus, Focus),
    ) -> (Focused, Vec<Focused>) {
        if self.whole() {
            return (all_files(&self.world), Vec::new());
        }
        let unchanged = |world: &World<'_>| -> Focused {
            let there = more.iter().filter(|file| world.source().exists(file));
            there.map(|file| (file.clone(), Focus::all())).collect()
        };
        let mut head = unchanged(&self.world);
        let mut bases: Vec<Focused> = self.base_worlds.iter().map(unchanged).collect();
        for pair in &self.pairs {
            let (base, now) = focus(pair);
            head.extend(pair.head.clone().map(|file| (file, now)));
            for (files, world) in bases.iter_mut().zip(&self.base_worlds) {
                let there = pair.base.clone().filter(|file| world.source().exists(file));
                files.extend(there.map(|file| (file, base.clone())));
            }
        }
        (head, bases)
    }

    /// The parts of a changed file that may mean something else on the other side. All of it where more than the file itself
    /// decides that: where it moved or became another module, a manifest changed, a name that it holds turned elsewhere, or there
    /// are several bases.
    fn focus(
        &self,
        pair: &FilePair,
        turned: &affected::Turned,
        rehomed: &BTreeSet<RepoPath>,
    ) -> (Focus, Focus) {
        let (Some(old), Some(new), [base]) = (&pair.base, &pair.head, self.base_worlds.as_slice()) else {
            return (Focus::all(), Focus::all());
        };
        let holds = affected::holds(&self.world, new, turned)
            || affected::holds(base, old, turned)
            || rehomed.contains(new);
        let facts = (base.facts_at(old), self.world.facts_at(new));
        match facts {
            (Some(before), Some(now))
                if old == new
                    && !self.reads_whole_files
                    && !holds
                    && !self.read_whole.borrow().contains(new) =>
            {
                Focus::between(&before, &now)
            }
            _ => (Focus::all(), Focus::all()),
        }
    }

    fn touches_spec(&self) -> bool {
        self.change.files.iter().any(|file| file.path.folder() == b"specs")
    }

    /// The manifests of the change; without a base, all there are.
    fn manifests(&self) -> Vec<RepoPath> {
        let paths = match self.whole() {
            true => self.world.source().list(b""),
            false => self.change.files.iter().map(|file| file.path.clone()).collect(),
        };
        paths.into_iter().filter(|path| path.file_name() == b"Cargo.toml").collect()
    }

    /// The manifests of the change, as base calls them.
    fn base_manifests(&self) -> Vec<RepoPath> {
        let paths = self.change.files.iter().map(|file| file.was.as_ref().unwrap_or(&file.path));
        paths.filter(|path| path.file_name() == b"Cargo.toml").cloned().collect()
    }

    /// Those of the files that the change does not touch.
    fn untouched(&self, files: &BTreeSet<RepoPath>) -> Vec<RepoPath> {
        let changed: BTreeSet<&RepoPath> = self.pairs.iter().filter_map(|pair| pair.head.as_ref()).collect();
        files.iter().filter(|file| !changed.contains(file)).cloned().collect()
    }

    fn renames(&self, rehomed: &BTreeSet<RepoPath>, world: &World<'_>, side: &Side<'_>) -> Renames {
        let base_text = |path: &RepoPath| side.text(path);
        let head_text = |path: &RepoPath| self.head.text(path);
        Renames::find(&self.pairs, rehomed, (world, &base_text), (&self.world, &head_text))
    }

    fn served(&self) -> (Option<served::Found>, Vec<served::Found>) {
        if self.design.apis.is_empty() {
            return (None, Vec::new());
        }
        let decides = |file: &crate::git::ChangedFile| {
            file.path.file_name() == b"Cargo.toml" || file.path.folder() == b"specs"
        };
        let asked = self.whole()
            || self.change.files.iter().any(decides)
            || served::touches(&self.pairs, &self.world, &self.base_worlds);
        if !asked {
            return (None, Vec::new());
        }
        let find = |side: &Side<'_>| served::find(&World::new(side), self.design, self.single_package);
        (Some(find(self.head)), self.bases.iter().map(find).collect())
    }

    /// Arcs of the whole code, on both sides: read only when a new arc could close a circle.
    fn cycles(
        &self,
        observer: &Observer<'_>,
        head: &Observed,
        bases: &[(Observed, Renames)],
    ) -> (Option<ModuleArcs>, Vec<ModuleArcs>) {
        if self.whole() {
            return (Some(self.module_arcs(head)), Vec::new());
        }
        let unknown = |known: Vec<ModuleArcs>| -> Vec<(ModuleId, ModuleId)> {
            let is_known = |arc: &(ModuleId, ModuleId)| known.iter().all(|known| known.contains(arc));
            self.module_arcs(head).into_iter().filter(|arc| !is_known(arc)).collect()
        };
        let new = unknown(bases.iter().map(|(base, _)| self.module_arcs(base)).collect());
        if new.is_empty() {
            return (None, Vec::new());
        }
        let denied = self.design.severities.get(&RuleId("module-cycle"));
        let denied = denied.is_some_and(|severity| severity.value == Severity::Deny);
        let permitted = reflexion::permitted_arcs(self.design, self.single_package);
        let could_close = |arc: &(ModuleId, ModuleId)| {
            reflexion::may_close(self.design, *arc)
                && (denied || reflexion::closed_by(&permitted, *arc).is_some())
        };
        if !new.iter().any(could_close) {
            return (None, Vec::new());
        }
        // Only parts of the base files were read; most arcs that look new stand in the rest of them.
        let base_files = |(world, side): (&World<'_>, &Side<'_>)| {
            let files = self.pairs.iter().filter_map(|pair| pair.base.clone());
            let files: Focused =
                files.filter(|file| world.source().exists(file)).map(|file| (file, Focus::all())).collect();
            self.module_arcs(&observer.observe(&world_of(side, &self.pairs, &[]), &files))
        };
        let new = unknown(self.base_worlds.iter().zip(self.bases).map(base_files).collect());
        if !new.iter().any(could_close) {
            return (None, Vec::new());
        }
        let all = |side: &Side<'_>| {
            let world = World::new(side);
            self.module_arcs(&observer.observe(&world, &all_files(&world)))
        };
        (Some(all(self.head)), self.bases.iter().map(all).collect())
    }

    /// Entries that permit what the change removes the last use of.
    fn unneeded(
        &self,
        observer: &Observer<'_>,
        head: &Observed,
        bases: &[(Observed, Renames)],
    ) -> Vec<Permission> {
        let search = Search { design: self.design, observer, world: &self.world, pairs: &self.pairs };
        if self.whole() {
            let all = Permission::all(self.design).into_iter().collect();
            return search.needed_by_no_line(&all - &head.permits);
        }
        let lines = observer.lines_permitted(&self.world, &self.manifests());
        let base_manifests = self.base_manifests();
        let needed = |((base, _), world): (&(Observed, Renames), &World<'_>)| {
            let lines = &observer.lines_permitted(world, &base_manifests) - &lines;
            &(&base.permits | &lines) - &head.permits
        };
        // While a merge is concluded, what one parent did without is no news.
        let removed = bases.iter().zip(&self.base_worlds).map(needed);
        search.unneeded(removed.reduce(|one, other| &one & &other).unwrap_or_default())
    }

    /// Which modules use which as the design lets them: a circle that only a refused use closes goes with that use.
    fn module_arcs(&self, observed: &Observed) -> ModuleArcs {
        let allowed = observed.arcs.iter().filter(|arc| arc.refusal.is_none());
        let pairs = allowed.filter_map(|arc| arc.to.map(|to| (arc.from, to)));
        let nested = |from, to| reflexion::is_nested(self.design, from, to) || self.map.is_nested(from, to);
        pairs.filter(|(from, to)| !nested(*from, *to)).collect()
    }

    pub(crate) fn names(&self) -> waivers::Context {
        let whole = self.whole();
        let mut packages = Vec::new();
        if !self.design.waivers.is_empty() {
            for id in self.world.packages().iter() {
                let package = self.world.package(*id);
                packages.extend(
                    package.targets.iter().map(|target| (target.name.clone(), package.ident.clone())),
                );
            }
        }
        let single_package = !self.design.waivers.is_empty() && self.world.packages().len() == 1;
        waivers::Context { packages, single_package, whole }
    }

    fn count(&self, head: &Observed, served: Option<&served::Found>) {
        let regular = |file: &&crate::git::ChangedFile| Language::of(&file.path).is_none();
        self.counts.set(Counts {
            files: head.files,
            other_files: self.change.files.iter().filter(regular).count(),
            dependencies: head.dependencies,
            endpoints: served.map(|served| served.side.endpoints.len()),
            unmapped: head.unmapped.len(),
            unresolved: head.unresolved,
            ..Counts::default()
        });
    }

    fn report(
        &self,
        options: &CheckOptions,
        judged: Judged,
        mut counts: Counts,
        turn: Option<&DesignChange<'_>>,
    ) -> Report {
        let Judged { findings, unjudged, .. } = judged;
        let having = |drift| findings.iter().filter(|finding| finding.drift == drift).count();
        counts.standing = having(Drift::Standing);
        counts.resolved = having(Drift::Resolved);
        let mut notes = self.change.notes.clone();
        notes.extend(self.specs.notes.iter().cloned());
        let orphans = self.orphans.borrow();
        notes.extend(orphans.iter().map(|file| format!("{file} belongs to no crate and is not judged")));
        let files = if self.whole() { counts.files } else { self.change.files.len() };
        let judging = Judging {
            base: self.change.base_label.clone(),
            base_ids: self.change.base_ids.clone(),
            head: self.change.head_label.clone(),
            head_id: self.change.head_id.clone(),
            files,
            spec: self.specs.from.clone(),
            spec_files: self.design.files.len(),
        };
        let verdict = verdict(self.design, &findings, &unjudged, self.whole());
        let sources = self.sources(&findings, &unjudged);
        let list_standing = options.standing;
        let design = turn.map(DesignChange::counts);
        Report { judging, verdict, design, findings, unjudged, counts, notes, sources, list_standing }
    }

    /// The texts that the findings and the unjudged places point into.
    fn sources(&self, findings: &[Finding], unjudged: &[Unjudged]) -> BTreeMap<(Origin, RepoPath), Arc<str>> {
        let places = unjudged.iter().filter(|place| place.line > 0 && place.drift == Drift::Introduced);
        let files: BTreeSet<&RepoPath> = places.map(|place| &place.file).collect();
        let text = |file: &RepoPath| Some(((Origin::Head, file.clone()), self.head.text(file)?));
        let mut sources: BTreeMap<_, _> = files.into_iter().filter_map(text).collect();
        for finding in findings {
            let labels = finding.site.iter().chain(&finding.declared).map(|label| &label.place);
            for place in labels.chain(&finding.also) {
                let key = (place.origin, place.file.clone());
                if sources.contains_key(&key) {
                    continue;
                }
                let text = match place.origin {
                    Origin::Head => self.head.text(&place.file),
                    Origin::Base => self.bases.iter().find_map(|base| base.text(&place.file)),
                    Origin::Spec => {
                        let file = self.design.files.iter().find(|file| file.path == place.file);
                        file.map(|file| file.text.clone())
                    }
                };
                sources.extend(text.map(|text| (key, text)));
            }
        }
        sources
    }
}

/// Whether more than what changed in a file is asked for: all that stands there, what an expired waiver excused, or what another
/// manifest makes of it.
fn reads_whole_files(options: &CheckOptions, change: &Change, design: &Design) -> bool {
    let expired = design.waivers.iter().any(|waiver| waiver.expires.value < options.today);
    let manifest = change.files.iter().any(|file| file.path.file_name() == b"Cargo.toml");
    options.standing || expired || manifest
}

/// The source files of a change.
fn pairs(change: &Change) -> Vec<FilePair> {
    let source = |path: &RepoPath| Language::of(path).is_some();
    let mut pairs = Vec::new();
    for file in &change.files {
        let old = file.was.as_ref().unwrap_or(&file.path);
        let base = file.before.filter(|entry| is_regular(entry.mode) && source(old)).map(|_| old.clone());
        let head = file.after.filter(|entry| is_regular(entry.mode) && source(&file.path));
        let head = head.map(|_| file.path.clone());
        let same = file.before.map(|entry| entry.id) == file.after.map(|entry| entry.id) && base == head;
        if (base.is_some() || head.is_some()) && !same {
            pairs.push(FilePair { base, head });
        }
    }
    pairs
}

/// One side, the files of the change and some more read whole.
fn world_of<'a>(side: &'a Side<'a>, pairs: &[FilePair], more: &[RepoPath]) -> World<'a> {
    let changed = pairs.iter().flat_map(|pair| pair.base.iter().chain(&pair.head));
    World::around(side, changed.chain(more).cloned())
}

/// Every source file that belongs to a crate, in order.
pub(crate) fn all_files(world: &World<'_>) -> Vec<(RepoPath, Focus)> {
    let packages = world.packages();
    let walks: Vec<_> = packages.iter().map(|package| world.walk(*package)).collect();
    let files: BTreeSet<&RepoPath> = walks.iter().flat_map(|walk| walk.keys()).collect();
    files.into_iter().map(|file| (file.clone(), Focus::all())).collect()
}

/// The spec's `[rules]` decide, except where a rule itself calls a deviation a note.
fn set_severities(design: &Design, findings: &mut [Finding]) {
    for finding in findings {
        let default = rules::RULES.iter().find(|rule| rule.id == finding.rule).map(|rule| rule.severity);
        if let Some(severity) = design.severities.get(&finding.rule)
            && Some(finding.severity) == default
        {
            finding.severity = severity.value;
        }
    }
}

fn verdict(design: &Design, findings: &[Finding], unjudged: &[Unjudged], whole: bool) -> Verdict {
    let fails = |finding: &Finding| finding.drift == Drift::Introduced && finding.severity == Severity::Deny;
    if findings.iter().any(fails) {
        return Verdict::Deviates;
    }
    let decides = |unjudged: &Unjudged| {
        let asked = unjudged.reason == crate::basis::Reason::UnresolvedApi;
        unjudged.drift == Drift::Introduced && (asked || (design.unjudged == Policy::Deny && !whole))
    };
    if unjudged.iter().any(decides) { Verdict::Unjudged } else { Verdict::Conforms }
}

/// Introduced first, of those what fails, then by place, then by rule.
fn order(left: &Finding, right: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| {
        let place = finding.site.as_ref().or(finding.declared.as_ref()).map(|label| label.place.clone());
        let rule = rules::RULES.iter().position(|rule| rule.id == finding.rule);
        (finding.drift, finding.severity, place, rule, finding.identity.clone())
    };
    key(left).cmp(&key(right))
}
