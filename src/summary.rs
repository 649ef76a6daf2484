//! All of the code of one side, package by package → what it says under a design.
//!
//! What the code of a package says depends on the design and on what was asked of the tree to find out: which files there are, and
//! what they hold. Both are kept with the answer, so that a later question about the whole code, on whichever side, reads anew
//! only packages for which something that was asked would be answered otherwise.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::basis::{Below, BlobId, RepoPath, Role};
use crate::cache::{Cache, Form};
use crate::everything;
use crate::facts::Language;
use crate::git;
use crate::model::{Extent, Focus, ModuleRef, Source, World};
use crate::reflexion::{CodeMap, Met, Observed, interest};
use crate::sources::Side;
use crate::spec::Design;
use crate::traced::{Trace, Traced};

/// How many summaries of a package are kept under one design: those of both sides of a change.
const KEPT: usize = 2;

/// What the code of a package says, with all that was asked to find out.
#[derive(Serialize, Deserialize)]
struct Summary {
    trace: Trace,
    observed: Observed,
    met: Met,
}

/// What all of the code of a side says under a design; `map` is told what comes up. What is known of `others`, which the run asks about
/// too, stays known.
pub(crate) fn observe(
    (side, others): (&Side<'_>, &[&Side<'_>]),
    (design, single_package): (&Design, bool),
    map: &CodeMap<'_>,
) -> Observed {
    let world = World::new(side);
    let packages = world.packages();
    let manifests: Vec<RepoPath> = packages.iter().map(|id| world.package(*id).manifest.clone()).collect();
    let design_id = design_id((design, single_package));
    let key = |manifest: &RepoPath| key_of(manifest, design_id?);
    let kept = |key| side.cache().get::<Vec<Summary>>(key, Form::Summary).unwrap_or_default();
    let known =
        |manifest: &RepoPath| kept(key(manifest)?).into_iter().find(|summary| summary.trace.holds(side));
    let known: Vec<Option<Summary>> = manifests.par_iter().map(known).collect();
    let unknown = manifests.iter().zip(&known).filter(|(_, known)| known.is_none());
    let folders: Vec<Vec<u8>> = unknown.map(|(manifest, _)| manifest.folder().to_vec()).collect();
    let aside = if folders.is_empty() { Arc::default() } else { aside(side, design) };
    side.read_below(&folders, &aside);
    let read = |(manifest, threads): (&RepoPath, usize)| {
        let (summary, is_certain) = summarize(side, (manifest, &aside), (design, single_package), threads);
        if let Some(key) = key(manifest).filter(|_| is_certain) {
            let mut known = kept(key);
            known.sort_by_key(|known| !others.iter().any(|other| known.trace.holds(other)));
            let all: Vec<&Summary> = std::iter::once(&summary).chain(&known).take(KEPT).collect();
            side.cache().put(key, Form::Summary, &all);
        }
        summary
    };
    let summaries =
        in_parallel(&sizes(side, &manifests, &known), known, |at, threads| read((&manifests[at], threads)));
    let mut all = Observed::default();
    for summary in summaries {
        all.append(summary.observed);
        map.also_met(summary.met);
    }
    all.arcs.sort_by(|left, right| left.file.cmp(&right.file));
    all
}

fn design_id((design, single_package): (&Design, bool)) -> Option<BlobId> {
    // What documents promise is no matter of what code uses.
    let texts: Vec<_> = design.own_files().map(|file| (&file.path, &*file.text)).collect();
    git::id_of(&Cache::written(&(texts, single_package))?)
}

/// Where what is known of the package of a manifest is kept.
fn key_of(manifest: &RepoPath, design_id: BlobId) -> Option<BlobId> {
    git::id_of(&Cache::written(&(manifest, design_id))?)
}

/// How many files there are to read for each package of which nothing is known.
fn sizes(side: &Side<'_>, manifests: &[RepoPath], known: &[Option<Summary>]) -> Vec<usize> {
    let size = |(manifest, known): (&RepoPath, &Option<Summary>)| match known {
        Some(_) => 0,
        None => side
            .list(manifest.folder(), Below::All)
            .iter()
            .filter(|path| Language::of(path).is_some())
            .count(),
    };
    manifests.iter().zip(known).map(size).collect()
}

/// What is known, and for the rest what `read` says of the package at an index, given to how many threads. The largest come first, so
/// that all threads end together.
fn in_parallel(
    sizes: &[usize],
    known: Vec<Option<Summary>>,
    read: impl Fn(usize, usize) -> Summary + Sync,
) -> Vec<Summary> {
    let (all, threads) = (sizes.iter().sum::<usize>().max(1), rayon::current_num_threads());
    let mut unknown: Vec<usize> = (0..known.len()).filter(|at| known[*at].is_none()).collect();
    unknown.sort_by_key(|at| std::cmp::Reverse(sizes[*at]));
    let read = |at: usize| (at, read(at, (sizes[at] * threads).div_ceil(all)));
    let mut fresh: BTreeMap<usize, Summary> = unknown.into_iter().par_bridge().map(read).collect();
    let known = known.into_iter().enumerate();
    known.filter_map(|(at, known)| known.or_else(|| fresh.remove(&at))).collect()
}

/// The files that, by their names, hold code of roles that nobody judges. A name is no proof.
fn aside(side: &Side<'_>, design: &Design) -> Arc<FxHashSet<RepoPath>> {
    let judges = |role: Role| design.judge.contains(&role);
    let is_aside = |part: &[u8]| match part {
        b"tests" | b"tests.rs" | b"test.rs" => !judges(Role::Test),
        b"benches" => !judges(Role::Bench),
        b"examples" => !judges(Role::Example),
        _ => false,
    };
    let named = |path: &RepoPath| path.as_bytes().split(|byte| *byte == b'/').any(is_aside);
    let all = side.list(b"", Below::All).into_iter();
    Arc::new(all.filter(|path| Language::of(path).is_some() && named(path)).collect())
}

/// What a package says, and whether it would say so again.
fn summarize(
    side: &Side<'_>,
    (manifest, aside): (&RepoPath, &Arc<FxHashSet<RepoPath>>),
    design: (&Design, bool),
    threads: usize,
) -> (Summary, bool) {
    let traced = Traced::new(side);
    let within = |extent: &Extent| World::within(&traced, extent).of_interest(interest(design.0));
    let mut extent = Extent { aside: Arc::clone(aside), home: Some(manifest.clone()), names_beyond: true };
    let mut world = within(&extent);
    let mut own = files(&world, manifest);
    while let Some(wider) = wider(&world, manifest, (&own, &extent)) {
        extent = wider;
        world = within(&extent);
        own = files(&world, manifest);
    }
    let map = CodeMap::new(design.0, design.1);
    let observed = everything::observe((&traced, &world, &extent), design, &map, (&own, threads));
    drop(world);
    let is_certain = traced.is_certain();
    (Summary { trace: traced.trace(), observed, met: map.met() }, is_certain)
}

/// What has to be read, too, because a file set aside holds code that is asked about after all, or a file lies in the folder of another
/// package; `None` where nothing has.
fn wider(
    world: &World<'_>,
    manifest: &RepoPath,
    (own, extent): (&[(RepoPath, Focus)], &Extent),
) -> Option<Extent> {
    let walk = world.walk(world.package_in(manifest.folder())?);
    let is_asked = |module: &ModuleRef| {
        let role = world.module(*module).role;
        role == Role::Production || world.reads(role)
    };
    let holds_asked = |file: &&RepoPath| walk.get(*file).is_some_and(|modules| modules.iter().any(is_asked));
    let wrong: Vec<&RepoPath> =
        walk.keys().filter(|file| extent.aside.contains(*file)).filter(holds_asked).collect();
    let strays = extent.names_beyond && own.iter().any(|(file, _)| !world.reads_bodies(file));
    if wrong.is_empty() && !strays {
        return None;
    }
    let mut aside = FxHashSet::clone(&extent.aside);
    aside.retain(|file| !wrong.contains(&file));
    let names_beyond = extent.names_beyond && !strays;
    Some(Extent { aside: Arc::new(aside), home: extent.home.clone(), names_beyond })
}

/// The source files of a package, wherever they lie.
fn files(world: &World<'_>, manifest: &RepoPath) -> Vec<(RepoPath, Focus)> {
    let Some(package) = world.package_in(manifest.folder()) else { return Vec::new() };
    world.walk(package).keys().map(|file| (file.clone(), Focus::all())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::basis::RuleId;
    use crate::git::{Repository, Request};
    use crate::sources::Store;
    use crate::spec::{self, SpecFile};

    const SPEC: &str = "gate = 1\n\n[module.shop]\ncode = [\"shop\"]\nwhy = \"All of it.\"\n";

    fn git(folder: &Path, arguments: &[&str]) {
        let names = ["-c", "user.name=a", "-c", "user.email=a@b"];
        let git = Command::new("git").args(names).args(arguments).current_dir(folder).output().unwrap();
        assert!(git.status.success(), "{git:?}");
    }

    /// Whoever stages again and again asks of one base beside ever new heads.
    #[test]
    fn what_is_known_of_base_outlives_all_that_is_staged() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        git(folder.path(), &["init", "--quiet"]);
        write("Cargo.toml", "[package]\nname = \"shop\"\n\n[lib]\npath = \"lib.rs\"\n");
        write("lib.rs", "pub fn base() {}\n");
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "--quiet", "--message", "base"]);
        let file = SpecFile { path: "specs/shop.toml".into(), text: SPEC.into(), is_linked: false };
        let design = spec::read(vec![file], &[RuleId("module-cycle")]).unwrap();
        let repository = Repository::open(folder.path()).unwrap();
        let ask = |number: u32| {
            write("lib.rs", &format!("pub fn head_{number}() {{}}\n"));
            git(folder.path(), &["add", "."]);
            let change = repository.change(&Request::Index { base: None }).unwrap();
            let store = Store::new(Some(cache.path()));
            let (head, base) = (Side::new(&change.head, &store), Side::new(&change.bases[0], &store));
            let is_known = |side: &Side<'_>| {
                let all = kept_of(side, &design);
                all.iter().any(|summary| summary.trace.holds(side))
            };
            let before = is_known(&base);
            let map = CodeMap::new(&design, false);
            for side in [&head, &base] {
                observe((side, &[&head, &base]), (&design, false), &map);
                assert!(number == 0 || is_known(&base), "base is forgotten for head {number}");
            }
            store.keep();
            before
        };
        assert_eq!([0, 1, 2, 3].map(ask), [false, true, true, true]);
    }

    /// What is kept of the only package of a side.
    fn kept_of(side: &Side<'_>, design: &Design) -> Vec<Summary> {
        let key = key_of(&RepoPath::new("Cargo.toml"), design_id((design, false)).unwrap()).unwrap();
        side.cache().get(key, Form::Summary).unwrap_or_default()
    }
}
