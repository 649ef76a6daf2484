//! Questions about the whole code, asked only when the change touches what their answers depend on.
//!
//! Which endpoints there are, whether modules use each other in a circle, which permissions nobody needs any more.

use std::collections::{BTreeMap, BTreeSet};

use crate::basis::{RuleId, Severity};
use crate::cache::{Cache, Form};
use crate::git;
use crate::model::{Focus, Source, World};
use crate::options::Reading;
use crate::reflexion::{self, ContractBreak, Contracts, Observed, Observer, Permission, Renames, ServedSide};
use crate::scene::{Focused, Scene, world_of};
use crate::sources::Side;
use crate::spec::ModuleId;
use crate::unneeded::Search;
use crate::{alike, answered, documents, served, summary};

/// Which modules use which.
type ModuleArcs = BTreeSet<(ModuleId, ModuleId)>;

impl Scene<'_> {
    pub(crate) fn served(&self) -> (Option<served::Found>, Vec<served::Found>) {
        if self.design.apis.is_empty() && !self.documents_endpoints() {
            return (None, Vec::new());
        }
        let promises = self.promises.iter().any(|promise| !promise.is_silent())
            || self.design.apis.iter().any(|api| !api.guards.is_empty());
        let decides = |file: &crate::git::ChangedFile| {
            file.path.file_name() == b"Cargo.toml"
                || file.path.has_extension("proto")
                || file.path.folder() == b"specs"
                || documents::is_linked(self.promises, &file.path)
        };
        let asked = self.whole() || self.change.files.iter().any(decides) || self.touches(promises);
        if !asked {
            return (None, Vec::new());
        }
        let design = (self.design, self.single_package);
        let resumes = self.reading == Reading::AsNeeded;
        let sides = ((self.head, &self.world), self.bases, &*self.base_worlds);
        let (head, bases) = answered::find((self.change, resumes), sides, design, (self.promises, promises));
        (Some(head), bases)
    }

    /// What the contracts of head take back of what those of every base promised.
    pub(crate) fn breaks(&self, base_served: &[ServedSide]) -> Vec<ContractBreak> {
        let head = Contracts { design: self.design, promises: self.promises };
        let mut found: Option<Vec<ContractBreak>> = None;
        for (at, base) in self.specs.base_contracts.iter().enumerate() {
            let Some((design, promises)) = base else { return Vec::new() };
            let base = Contracts { design, promises };
            let new = reflexion::breaks(base, head, base_served.get(at), self.today);
            // While a merge is concluded, what one parent did not promise is no news.
            found = Some(match found {
                Some(known) => known
                    .into_iter()
                    .filter(|one| {
                        new.iter().any(|other| {
                            (&one.api, one.change.id, &one.change.side, &one.change.pointer)
                                == (&other.api, other.change.id, &other.change.side, &other.change.pointer)
                        })
                    })
                    .collect(),
                None => new,
            });
        }
        found.unwrap_or_default()
    }

    /// Whether the change can alter what code serves, or says of it in attributes, where any of it does that.
    fn documents_endpoints(&self) -> bool {
        let touches = || {
            let may_document = || alike::may_document(&self.pairs, &self.world, self.base_worlds.iter());
            self.reading != Reading::AsNeeded || (may_document() && self.touches(false))
        };
        (self.whole() || touches()) && has_annotations(self.head, &self.world)
    }

    /// Whether the change can alter what is served; with what goes in and out where APIs promise it.
    fn touches(&self, promises: bool) -> bool {
        let bases = self.bases.iter().zip(&self.base_worlds);
        self.reading != Reading::AsNeeded
            || alike::touches((&self.pairs, promises), (self.head, &self.world), bases)
    }

    /// Arcs of the whole code, on both sides: read only when a new arc could close a circle.
    pub(crate) fn cycles(
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
            self.module_arcs(&observer.observe(&world_of((side, self.design), &self.pairs, &[]), &files))
        };
        let new = unknown(self.base_worlds.iter().zip(self.bases).map(base_files).collect());
        if !new.iter().any(could_close) {
            return (None, Vec::new());
        }
        let design = (self.design, self.single_package);
        let sides: Vec<&Side<'_>> = std::iter::once(self.head).chain(self.bases).collect();
        let all = |side| self.module_arcs(&summary::observe((side, &sides), design, &self.map));
        (Some(all(self.head)), self.bases.iter().map(all).collect())
    }

    /// Entries that permit what the change removes the last use of.
    pub(crate) fn unneeded(
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
    pub(crate) fn module_arcs(&self, observed: &Observed) -> ModuleArcs {
        let allowed = observed.arcs.iter().filter(|arc| arc.refusal.is_none());
        let pairs = allowed.filter_map(|arc| arc.to.map(|to| (arc.from, to)));
        let nested = |from, to| reflexion::is_nested(self.design, from, to) || self.map.is_nested(from, to);
        pairs.filter(|(from, to)| !nested(*from, *to)).collect()
    }
}

/// Whether some package has the crate whose attributes document endpoints. A repository may have hundreds of manifests, many of them
/// alike, and they rarely change: the answer is kept under all the texts that there are.
fn has_annotations(side: &Side<'_>, world: &World<'_>) -> bool {
    let texts: BTreeMap<_, _> = side.manifests().into_iter().map(|path| (side.id_at(&path), path)).collect();
    let key = Cache::written(&texts.keys().collect::<Vec<_>>()).and_then(|all| git::id_of(&all));
    let kept = key.and_then(|key| side.cache().get(key, Form::Documenting));
    kept.unwrap_or_else(|| {
        let found = world.has_annotations(texts.values());
        if let Some(key) = key {
            side.cache().put(key, Form::Documenting, &found);
        }
        found
    })
}
