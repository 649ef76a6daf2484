//! Many files of one side → what they say, read by as many threads as there are cores.
//!
//! Each thread has a world and a map of its own and a run of neighbouring files, so that nothing is waited for and the answer does
//! not depend on their number. Facts are shared; what two runs both look through is resolved twice.

use rayon::prelude::*;

use crate::basis::RepoPath;
use crate::model::{Extent, Focus, Source, World};
use crate::reflexion::{CodeMap, Observed, Observer, Permissions, interest};
use crate::spec::Design;

/// With fewer files than this another thread is not worth its own world.
const FEW: usize = 64;

/// What the files say under a design; `map` is told what comes up. `world` is that part of `source` already, and is enough for a few
/// files.
pub(crate) fn observe(
    (source, world, extent): (&(dyn Source + Sync), &World<'_>, &Extent),
    (design, single_package): (&Design, bool),
    map: &CodeMap<'_>,
    (files, threads): (&[(RepoPath, Focus)], usize),
) -> Observed {
    let runs = runs((source, extent), files, threads);
    if runs.len() < 2 {
        let observer = Observer::new(design, map, Permissions::new(design, single_package));
        return observer.observe(world, files);
    }
    let read = |files: &[(RepoPath, Focus)]| {
        let map = CodeMap::new(design, single_package);
        let observer = Observer::new(design, &map, Permissions::new(design, single_package));
        let observed = observer.observe(&World::within(source, extent).of_interest(interest(design)), files);
        (observed, map.met())
    };
    let runs: Vec<_> = runs.into_par_iter().map(read).collect();
    let mut all = Observed::default();
    for (observed, met) in runs {
        all.append(observed);
        map.also_met(met);
    }
    all
}

/// As many runs of files as there are threads, about as much to read in each.
fn runs<'f>(
    (source, extent): (&dyn Source, &Extent),
    files: &'f [(RepoPath, Focus)],
    threads: usize,
) -> Vec<&'f [(RepoPath, Focus)]> {
    let threads = threads.min(files.len() / FEW);
    if threads < 2 {
        return vec![files];
    }
    let weight = |(path, _): &(RepoPath, Focus)| match extent.aside.contains(path) {
        true => 1,
        false => source.facts(path).map_or(1, |facts| 1 + facts.paths.len()),
    };
    let weights: Vec<usize> = files.iter().map(weight).collect();
    let share = weights.iter().sum::<usize>().div_ceil(threads);
    let mut runs = Vec::new();
    let (mut begin, mut filled) = (0, 0);
    for (at, weight) in weights.iter().enumerate() {
        filled += weight;
        if filled >= share || at + 1 == files.len() {
            runs.push(&files[begin..=at]);
            (begin, filled) = (at + 1, 0);
        }
    }
    runs
}
