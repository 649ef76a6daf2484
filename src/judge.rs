//! `gate check`, from a question to a report: every floor once, in order.

use crate::design_change::DesignChange;
use crate::git::{Change, Repository};
use crate::judged::order;
use crate::options::{CheckError, CheckOptions};
use crate::report::Report;
use crate::scene::Scene;
use crate::sources::{Side, Store};
use crate::specs::Specs;
use crate::{design_change, loosened, specs};

/// Judges a change.
///
/// # Errors
///
/// [`CheckError`] when nothing could be judged: no repository, an unknown revision, no spec or an invalid one.
pub fn check(options: &CheckOptions) -> Result<Report, CheckError> {
    check_then(options, |report| report)
}

/// Judges a change and hands on the report while all that was read for it is still held: a program that ends there need not take
/// it apart, which is a twentieth of a run.
///
/// # Errors
///
/// Those of [`check`].
pub fn check_then<T>(options: &CheckOptions, then: impl FnOnce(Report) -> T) -> Result<T, CheckError> {
    let repository = Repository::open(&options.directory)?;
    let change = repository.change(&options.compare.request())?;
    let mut specs = specs::load(&change, &options.spec)?;
    let texts: Vec<&str> = specs.design.own_files().map(|file| &*file.text).collect();
    let store = Store::new(options.cache.as_deref()).reading_for(specs.own_words(), &texts);
    report(options, &change, &mut specs, &store, then)
}

/// What a design says of a change, told and handed on.
fn report<T>(
    options: &CheckOptions,
    change: &Change,
    specs: &mut Specs,
    store: &Store,
    then: impl FnOnce(Report) -> T,
) -> Result<T, CheckError> {
    let head = Side::new(&change.head, store);
    let bases: Vec<Side<'_>> = change.bases.iter().map(|base| Side::new(base, store)).collect();
    specs.link(&head, &bases)?;
    let turn = design_change::find(specs, &head, &bases);
    let reads_everything = turn.as_ref().is_some_and(DesignChange::is_about_code);
    let scene = Scene::new(options, change, specs, (&head, &bases)).reading_everything(reads_everything);
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
    Ok(then(report))
}
