//! Everything that one run looks at, and which parts of it: a change and a design → what the code of each side says.

use std::collections::BTreeSet;

use crate::basis::RepoPath;
use crate::facts::Language;
use crate::git::{Change, ChangedFile};
use crate::model::{Extent, Focus, World};
use crate::options::{CheckOptions, Reading};
use crate::reflexion::{
    CodeMap, FilePair, Observed, Observer, Permissions, Promise, Renames, Sides, interest,
};
use crate::report::Counts;
use crate::sources::{Side, is_regular};
use crate::spec::Design;
use crate::specs::{self, Specs};
use crate::{affected, brought, everything, rehomed, stale, summary, waivers};

/// Files with the parts of them that are read.
pub(crate) type Focused = Vec<(RepoPath, Focus)>;

/// Everything that one run looks at.
pub(crate) struct Scene<'a> {
    pub(crate) change: &'a Change,
    pub(crate) specs: &'a Specs,
    pub(crate) design: &'a Design,
    pub(crate) head: &'a Side<'a>,
    pub(crate) bases: &'a [Side<'a>],
    /// The source files of the change.
    pub(crate) pairs: Vec<FilePair>,
    /// Head, the files of the change read whole.
    pub(crate) world: World<'a>,
    pub(crate) base_worlds: Vec<World<'a>>,
    pub(crate) single_package: bool,
    /// Whether all files are read, because the design says something else about them.
    reads_everything: bool,
    /// Whether changed files are read whole, not only where they changed.
    reads_whole_files: bool,
    /// Changed files that are read whole because something in them is refused.
    read_whole: std::cell::RefCell<BTreeSet<RepoPath>>,
    pub(crate) map: CodeMap<'a>,
    /// What the APIs of the design promise, in their order.
    pub(crate) promises: &'a [Promise],
    /// How much is read to say what the code serves.
    pub(crate) reading: Reading,
    /// The day on which is judged.
    pub(crate) today: (u16, u8, u8),
    pub(crate) counts: std::cell::Cell<Counts>,
    /// Files of head that belong to no crate.
    pub(crate) orphans: std::cell::RefCell<Vec<RepoPath>>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        options: &CheckOptions,
        change: &'a Change,
        specs: &'a Specs,
        (head, bases): (&'a Side<'a>, &'a [Side<'a>]),
    ) -> Self {
        let design = &specs.design;
        let pairs = pairs(change, head, bases);
        let whole = bases.is_empty();
        let world = if whole {
            World::new(head).of_interest(interest(design))
        } else {
            world_of((head, design), &pairs, &[])
        };
        let base_worlds = bases.iter().map(|base| world_of((base, design), &pairs, &[])).collect();
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
            promises: &specs.promises,
            reading: options.reading,
            today: options.today,
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

    pub(crate) fn whole(&self) -> bool {
        self.bases.is_empty()
    }

    pub(crate) fn observer(&self) -> Observer<'_> {
        Observer::new(self.design, &self.map, Permissions::new(self.design, self.single_package))
    }

    pub(crate) fn observe(&self) -> Sides<'a> {
        let observer = self.observer();
        let rehomed = rehomed::files(&self.pairs, &self.manifests(), &self.world, &self.base_worlds);
        let bases = self.base_worlds.iter().zip(self.bases);
        let renames: Vec<Renames> = bases.map(|(world, side)| self.renames(&rehomed, world, side)).collect();
        let before = self.base_worlds.iter().zip(&renames);
        let turned = affected::turned(&observer, &self.pairs, &self.world, before);
        let mut more = affected::files(&self.world, &self.pairs, &turned);
        let below = rehomed::below(&more, &self.world, &self.base_worlds);
        more.extend(self.untouched(&rehomed));
        more.extend(self.untouched(&below));
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
        let base_served: Vec<_> = base_served.into_iter().map(|served| served.side).collect();
        let breaks = self.breaks(&base_served);
        Sides {
            head,
            bases,
            served,
            base_served,
            promises: self.promises,
            breaks,
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
        if self.whole() {
            let design = (self.design, self.single_package);
            return (summary::observe((self.head, &[]), design, &self.map), Vec::new());
        }
        let (head_files, base_files) = self.files(more, focus);
        let observe = |world: &World<'a>, side: &Side<'_>, files: &Focused| match more.is_empty() {
            true => observer.observe(world, files),
            false => observer.observe(&world_of((side, self.design), &self.pairs, more), files),
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
        let world = World::new(self.head).of_interest(interest(self.design));
        let read: BTreeSet<&RepoPath> =
            self.pairs.iter().filter_map(|pair| pair.head.as_ref()).chain(more).collect();
        let files: Focused = all_files(&world).into_iter().filter(|(file, _)| !read.contains(file)).collect();
        let design = (self.design, self.single_package);
        let (all, threads) = (Extent::default(), rayon::current_num_threads());
        let mut rest = everything::observe((self.head, &world, &all), design, &self.map, (&files, threads));
        let changed: BTreeSet<RepoPath> = self.manifests().into_iter().collect();
        let mut manifests = world.source().manifests();
        manifests.retain(|path| !changed.contains(path));
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

    pub(crate) fn touches_spec(&self) -> bool {
        self.change.files.iter().any(|file| file.path.folder() == b"specs")
    }

    /// The manifests of the change; without a base, all there are.
    pub(crate) fn manifests(&self) -> Vec<RepoPath> {
        if self.whole() {
            return self.world.source().manifests();
        }
        let paths = self.change.files.iter().map(|file| &file.path);
        paths.filter(|path| path.file_name() == b"Cargo.toml").cloned().collect()
    }

    /// The manifests of the change, as base calls them.
    pub(crate) fn base_manifests(&self) -> Vec<RepoPath> {
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
}

/// Whether more than what changed in a file is asked for: all that stands there, what an expired waiver excused, or what another
/// manifest makes of it.
fn reads_whole_files(options: &CheckOptions, change: &Change, design: &Design) -> bool {
    let expired = design.waivers.iter().any(|waiver| waiver.expires.value < options.today);
    let manifest = change.files.iter().any(|file| file.path.file_name() == b"Cargo.toml");
    options.standing || expired || manifest
}

/// The files of a change that are code on a side.
fn pairs(change: &Change, head: &Side<'_>, bases: &[Side<'_>]) -> Vec<FilePair> {
    let old = |file: &ChangedFile| file.was.as_ref().unwrap_or(&file.path).clone();
    let before: Vec<RepoPath> = change.files.iter().filter(|file| file.before.is_some()).map(old).collect();
    let after = change.files.iter().filter(|file| file.after.is_some()).map(|file| &file.path);
    let mut brought: BTreeSet<&RepoPath> =
        bases.iter().flat_map(|base| brought::files(base, before.iter())).collect();
    if !bases.is_empty() {
        brought.extend(brought::files(head, after));
    }
    let source = |path: &RepoPath| Language::of(path).is_some() || brought.contains(path);
    let mut pairs = Vec::new();
    for file in &change.files {
        let old = old(file);
        let base = file.before.filter(|entry| is_regular(entry.mode) && source(&old)).map(|_| old);
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
pub(crate) fn world_of<'a>(
    (side, design): (&'a Side<'a>, &Design),
    pairs: &[FilePair],
    more: &[RepoPath],
) -> World<'a> {
    let changed = pairs.iter().flat_map(|pair| pair.base.iter().chain(&pair.head));
    World::around(side, changed.chain(more).cloned()).of_interest(interest(design))
}

/// Every source file that belongs to a crate, in order.
pub(crate) fn all_files(world: &World<'_>) -> Vec<(RepoPath, Focus)> {
    let packages = world.packages();
    let walks: Vec<_> = packages.iter().map(|package| world.walk(*package)).collect();
    let files: BTreeSet<&RepoPath> = walks.iter().flat_map(|walk| walk.keys()).collect();
    files.into_iter().map(|file| (file.clone(), Focus::all())).collect()
}
